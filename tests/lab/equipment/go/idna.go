// Says what idna.Lookup.ToASCII makes of each string of a list, null for an error: a line of JSON
// in, a line of JSON out.
package main

import (
	"bufio"
	"encoding/json"
	"os"

	"golang.org/x/net/idna"
)

func main() {
	in := json.NewDecoder(bufio.NewReaderSize(os.Stdin, 1<<20))
	buffered := bufio.NewWriterSize(os.Stdout, 1<<20)
	out := json.NewEncoder(buffered)
	for {
		var asked []string
		if in.Decode(&asked) != nil {
			return
		}
		made := make([]*string, len(asked))
		for i, name := range asked {
			if ascii, err := idna.Lookup.ToASCII(name); err == nil {
				made[i] = &ascii
			}
		}
		out.Encode(made)
		buffered.Flush()
	}
}
