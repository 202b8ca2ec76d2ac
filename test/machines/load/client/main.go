// Uses a cluster without pause until its standard input ends, then prints what came of it as one line of JSON:
//
//	load api KUBECONFIG NAMESPACE SERVICE    with client-go as it is: writes, reads and watches ConfigMaps, posts to the Service
//	load probe URL                           asks a Service again and again, each time on a new connection
//
// It prints "ready" on a line of its own once everything runs.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"
)

// began is the time that all results count from.
var began = time.Now()

func main() {
	context, stop := context.WithCancel(context.Background())
	go func() {
		io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	result, err := run(context, os.Args[1:])
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(result)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(context context.Context, arguments []string) (any, error) {
	switch {
	case len(arguments) == 4 && arguments[0] == "api":
		return useAPI(context, arguments[1], arguments[2], arguments[3])
	case len(arguments) == 2 && arguments[0] == "probe":
		return probe(context, arguments[1])
	default:
		return nil, fmt.Errorf("usage: load api KUBECONFIG NAMESPACE SERVICE | load probe URL")
	}
}

func ready() { fmt.Println("ready") }

// milliseconds since the program began.
func milliseconds(at time.Time) int64 { return at.Sub(began).Milliseconds() }
