import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Fetches each URL of standard input: "connection" or "client" says by what. */
public class Ask {
    public static void main(String[] arguments) throws Exception {
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String url = lines.readLine(); url != null; url = lines.readLine()) {
            try {
                if (arguments[0].equals("client")) {
                    byClient(url);
                } else {
                    byConnection(url);
                }
            } catch (Throwable error) {
                System.err.println(error + " | " + error.getCause());
            }
            System.out.println("done");
        }
    }

    private static void byConnection(String url) throws Exception {
        URLConnection connection = new URL(url).openConnection();
        connection.setReadTimeout(20000);
        if (connection instanceof HttpURLConnection) {
            ((HttpURLConnection) connection).setInstanceFollowRedirects(false);
        }
        connection.getInputStream().readAllBytes();
    }

    private static void byClient(String url) throws Exception {
        HttpRequest request =
            HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(20)).build();
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding());
    }
}
