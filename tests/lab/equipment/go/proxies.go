// Says which proxy Go takes: a line of JSON in, a line of JSON out.
//
// In: {"env": [["NAME", "value"], ...], "targets": ["http://...", ...]}. Every string has one
// character for each byte. Out: a list with "direct", "error url", "error cgi" or "proxy URL" for
// each target.
package main

import (
	"bufio"
	"encoding/json"
	"net/url"
	"os"

	"golang.org/x/net/http/httpproxy"
)

type question struct {
	Env     [][2]string
	Targets []string
}

func narrow(text string) string {
	bytes := make([]byte, 0, len(text))
	for _, char := range text {
		bytes = append(bytes, byte(char))
	}
	return string(bytes)
}

func wide(text string) string {
	chars := make([]rune, 0, len(text))
	for i := 0; i < len(text); i++ {
		chars = append(chars, rune(text[i]))
	}
	return string(chars)
}

func main() {
	in := json.NewDecoder(bufio.NewReaderSize(os.Stdin, 1<<20))
	buffered := bufio.NewWriterSize(os.Stdout, 1<<20)
	out := json.NewEncoder(buffered)
	for {
		var asked question
		if in.Decode(&asked) != nil {
			buffered.Flush()
			return
		}
		os.Clearenv()
		for _, pair := range asked.Env {
			os.Setenv(narrow(pair[0]), narrow(pair[1]))
		}
		choose := httpproxy.FromEnvironment().ProxyFunc()
		seen := make([]string, 0, len(asked.Targets))
		for _, target := range asked.Targets {
			seen = append(seen, answer(choose, narrow(target)))
		}
		out.Encode(seen)
		buffered.Flush()
	}
}

func answer(choose func(*url.URL) (*url.URL, error), target string) string {
	to, err := url.Parse(target)
	if err != nil {
		return "error url"
	}
	proxy, err := choose(to)
	if err != nil {
		return "error cgi"
	}
	if proxy == nil {
		return "direct"
	}
	return "proxy " + wide(proxy.String())
}
