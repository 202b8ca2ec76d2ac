package main

import (
	"context"
	"errors"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"k8s.io/client-go/rest"
)

// raw is what happened beneath client-go's retries.
type raw struct {
	requests, connections, resets, refused, goAways, tooManyRequests, serverErrors, broken atomic.Int64
}

// Raw are the numbers of it.
type Raw struct {
	// Attempts, retries included.
	Requests int64 `json:"requests"`
	// Connections that were opened, reset by the other side, and those that nobody accepted.
	Connections int64 `json:"connections"`
	Resets      int64 `json:"resets"`
	Refused     int64 `json:"refused"`
	// GOAWAY frames of HTTP/2: the server asks a client to continue on another connection.
	GoAways int64 `json:"goAways"`
	// Answers with 429 and with 5xx, attempts without an answer.
	TooManyRequests int64 `json:"tooManyRequests"`
	ServerErrors    int64 `json:"serverErrors"`
	Broken          int64 `json:"broken"`
}

func (counts *raw) numbers() Raw {
	return Raw{
		Requests:        counts.requests.Load(),
		Connections:     counts.connections.Load(),
		Resets:          counts.resets.Load(),
		Refused:         counts.refused.Load(),
		GoAways:         counts.goAways.Load(),
		TooManyRequests: counts.tooManyRequests.Load(),
		ServerErrors:    counts.serverErrors.Load(),
		Broken:          counts.broken.Load(),
	}
}

// watch lets the counts see a client's connections and attempts; it changes none. A dialer of its own also gives each client
// connections of its own, where client-go would share them.
func (counts *raw) watch(config *rest.Config) {
	dialer := &net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second} // as client-go's own
	config.Dial = func(context context.Context, network, address string) (net.Conn, error) {
		connection, err := dialer.DialContext(context, network, address)
		if err != nil {
			counts.refused.Add(1)
			return nil, err
		}
		counts.connections.Add(1)
		return &countedConnection{Conn: connection, counts: counts}, nil
	}
	config.Wrap(func(next http.RoundTripper) http.RoundTripper { return countedAttempts{next, counts} })
}

// countedConnection counts a reset of its connection once.
type countedConnection struct {
	net.Conn
	counts *raw
	once   sync.Once
}

func (connection *countedConnection) seen(err error) {
	if errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) {
		connection.once.Do(func() { connection.counts.resets.Add(1) })
	}
}

func (connection *countedConnection) Read(bytes []byte) (int, error) {
	count, err := connection.Conn.Read(bytes)
	connection.seen(err)
	return count, err
}

func (connection *countedConnection) Write(bytes []byte) (int, error) {
	count, err := connection.Conn.Write(bytes)
	connection.seen(err)
	return count, err
}

type countedAttempts struct {
	next   http.RoundTripper
	counts *raw
}

func (attempts countedAttempts) RoundTrip(request *http.Request) (*http.Response, error) {
	attempts.counts.requests.Add(1)
	answer, err := attempts.next.RoundTrip(request)
	switch {
	case err != nil && request.Context().Err() == nil:
		attempts.counts.broken.Add(1)
	case err != nil:
	case answer.StatusCode == http.StatusTooManyRequests:
		attempts.counts.tooManyRequests.Add(1)
	case answer.StatusCode >= 500:
		attempts.counts.serverErrors.Add(1)
	}
	return answer, err
}

// countGoAways reads the log of Go's HTTP/2 client, which handles these frames in silence. It writes that log when
// GODEBUG has http2debug=1.
func (counts *raw) countGoAways() { log.SetOutput(goAwayLog{counts}) }

type goAwayLog struct{ counts *raw }

func (lines goAwayLog) Write(line []byte) (int, error) {
	if strings.Contains(string(line), "received GOAWAY") {
		lines.counts.goAways.Add(1)
	}
	return len(line), nil
}
