//! Fetches each URL of standard input.
use std::io::{BufRead, Write};
use std::time::Duration;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    for line in std::io::stdin().lock().lines() {
        let url = line.unwrap();
        runtime.block_on(async {
            let client = reqwest::Client::builder()
                .timeout(Duration::from_secs(4))
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .unwrap();
            if let Err(error) = client.get(&url).send().await {
                eprintln!("{error:?}");
            }
        });
        println!("done");
        std::io::stdout().flush().unwrap();
    }
}
