package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

const (
	betweenProbes = 50 * time.Millisecond
	// A probe that takes longer has failed.
	probePatience = 5 * time.Second
)

// Probes is what became of them.
type Probes struct {
	Summary
	// Pods that answered.
	Answered map[string]int `json:"answered"`
}

// probe asks a Service without pause. Each probe opens its own connection, so that a pod is chosen each time.
func probe(stopped context.Context, url string) (*Probes, error) {
	client := &http.Client{Timeout: probePatience, Transport: &http.Transport{DisableKeepAlives: true}}
	watch := newStopwatch()
	answered := map[string]int{}
	ready()
	for stopped.Err() == nil {
		watch.measure("GET "+url, func() error {
			name, err := ask(client, url)
			if err == nil {
				answered[name]++
			}
			return err
		})
		select {
		case <-stopped.Done():
		case <-time.After(betweenProbes):
		}
	}
	return &Probes{Summary: watch.end(time.Now()), Answered: answered}, nil
}

func ask(client *http.Client, url string) (string, error) {
	answer, err := client.Get(url)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return "", err
	}
	if answer.StatusCode != http.StatusOK {
		return "", fmt.Errorf("status %s", answer.Status)
	}
	return strings.TrimSpace(string(body)), nil
}
