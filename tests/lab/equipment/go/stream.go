// Says which proxy Go takes for each line of standard input, in JSON, a line each: what
// `dockproxy route --json -` is measured against.
package main

import (
	"bufio"
	"net/url"
	"os"
	"strings"

	"golang.org/x/net/http/httpproxy"
)

func main() {
	choose := httpproxy.FromEnvironment().ProxyFunc()
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 1<<16), 1<<24)
	out := bufio.NewWriterSize(os.Stdout, 1<<16)
	defer out.Flush()
	for in.Scan() {
		target := in.Text()
		out.WriteString(`{"target": "`)
		out.WriteString(escaped(target))
		to, err := url.Parse(target)
		if err != nil {
			out.WriteString("\", \"decision\": \"error\", \"proxy\": null}\n")
			continue
		}
		proxy, err := choose(to)
		switch {
		case err != nil:
			out.WriteString("\", \"decision\": \"error\", \"proxy\": null}\n")
		case proxy == nil:
			out.WriteString("\", \"decision\": \"direct\", \"proxy\": null}\n")
		default:
			out.WriteString(`", "decision": "proxy", "proxy": "`)
			out.WriteString(escaped(proxy.String()))
			out.WriteString("\"}\n")
		}
	}
}

func escaped(text string) string {
	if !strings.ContainsAny(text, "\"\\") {
		return text
	}
	return strings.NewReplacer("\\", "\\\\", "\"", "\\\"").Replace(text)
}
