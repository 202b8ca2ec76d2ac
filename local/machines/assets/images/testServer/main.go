// A small server for tests of clusters, and the two clients that such tests need, in one program:
//
//	test-server            answers every request on :8080 (or $PORT) with the name of its host, /?wait=2s two seconds later
//	wget [options] URL     prints what a URL answers
//	nslookup NAME          prints the addresses of a name
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const patience = 10 * time.Second

func main() {
	var err error
	switch filepath.Base(os.Args[0]) {
	case "wget":
		err = get(os.Args[1:])
	case "nslookup":
		err = lookUp(os.Args[1:])
	default:
		err = serve()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve() error {
	host, err := os.Hostname()
	if err != nil {
		return err
	}
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	server := &http.Server{Addr: ":" + port, Handler: http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		if wait, err := time.ParseDuration(request.URL.Query().Get("wait")); err == nil {
			time.Sleep(min(wait, patience))
		}
		fmt.Fprintln(answer, host)
	})}

	stopped := make(chan error, 1)
	go func() {
		told, forget := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
		defer forget()
		<-told.Done()
		within, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		stopped <- server.Shutdown(within)
	}()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}

func get(arguments []string) error {
	client := &http.Client{Timeout: patience}
	for _, argument := range arguments {
		if !strings.Contains(argument, "://") {
			continue // options of wget: this always prints, and never waits long
		}
		response, err := client.Get(argument)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		if _, err := io.Copy(os.Stdout, response.Body); err != nil {
			return err
		}
		if response.StatusCode >= 400 {
			return fmt.Errorf("%s answered %s", argument, response.Status)
		}
	}
	return nil
}

func lookUp(arguments []string) error {
	if len(arguments) != 1 {
		return errors.New("usage: nslookup NAME")
	}
	within, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	addresses, err := net.DefaultResolver.LookupHost(within, arguments[0])
	if err != nil {
		return err
	}
	for _, address := range addresses {
		fmt.Printf("Name: %s\nAddress: %s\n", arguments[0], address)
	}
	return nil
}
