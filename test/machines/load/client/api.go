package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	// Each has connections of its own, so that every API server has some of them.
	writers, readers, callers, watchers = 6, 3, 6, 3
	// So that two cores have time for the cluster too.
	between = 100 * time.Millisecond
	// What a caller asks for takes so long: one of its requests is on its way at any time, and client-go repeats none that breaks.
	callSeconds = 2
	// A request without an answer has failed by then.
	requestPatience = 30 * time.Second
	selector        = "written-by=load"
	pageSize        = 1000
)

// API is what became of all requests to it.
type API struct {
	Seconds int64   `json:"seconds"`
	Writes  Summary `json:"writes"`
	Reads   Summary `json:"reads"`
	Calls   Summary `json:"calls"`
	Watches []Watch `json:"watches"`
	// Acknowledged writes that were not there when they were read at the end.
	Lost []string `json:"lost"`
	Raw  Raw      `json:"raw"`
}

// useAPI writes, reads and watches until it is stopped, then reads everything back.
func useAPI(stopped context.Context, kubeconfig, namespace, service string) (*API, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	config.QPS = -1 // client-go would slow us down by itself
	counts, kept := &raw{}, &ledger{}
	counts.countGoAways()
	clientConfig := func() *rest.Config {
		own := rest.CopyConfig(config)
		counts.watch(own)
		return own
	}
	whole, end := context.WithCancel(context.Background())
	defer end()

	// Informers watch for as long as there is something to see, which is longer than the writers write.
	watches := make([]*informer, watchers)
	for number := range watches {
		if watches[number], err = beginInformer(whole, clientConfig(), namespace); err != nil {
			return nil, err
		}
	}

	writes, reads, calls := newStopwatch(), newStopwatch(), newStopwatch()
	var next atomic.Int64
	var group sync.WaitGroup
	begin := func(count int, work func(client kubernetes.Interface)) error {
		for range count {
			client, err := kubernetes.NewForConfig(withPatience(clientConfig()))
			if err != nil {
				return err
			}
			group.Go(func() {
				for ; stopped.Err() == nil; pause(stopped, between) {
					work(client)
				}
			})
		}
		return nil
	}
	err = errors.Join(
		begin(writers, func(client kubernetes.Interface) { write(client, namespace, writes, kept, next.Add(1)) }),
		begin(readers, func(client kubernetes.Interface) { read(client, namespace, reads, kept) }),
		begin(callers, func(client kubernetes.Interface) { call(client, namespace, service, calls) }),
	)
	if err != nil {
		return nil, err
	}
	ready()
	<-stopped.Done()
	at := time.Now()
	group.Wait()

	result := &API{
		Seconds: int64(at.Sub(began).Seconds()), Writes: writes.end(at), Reads: reads.end(at), Calls: calls.end(at),
	}
	for _, own := range watches {
		result.Watches = append(result.Watches, own.end(kept))
	}
	if result.Lost, err = lost(withPatience(clientConfig()), namespace, kept); err != nil {
		return nil, fmt.Errorf("reading back: %w", err)
	}
	result.Raw = counts.numbers()
	return result, nil
}

func withPatience(config *rest.Config) *rest.Config {
	config.Timeout = requestPatience
	return config
}

// write creates a ConfigMap. client-go repeats no write whose answer it did not get, and neither does this.
func write(client kubernetes.Interface, namespace string, watch *stopwatch, kept *ledger, number int64) {
	name := fmt.Sprintf("load-%d-%d", began.UnixMilli(), number)
	wanted := &core.ConfigMap{
		ObjectMeta: meta.ObjectMeta{Name: name, Labels: map[string]string{"written-by": "load"}},
		Data:       map[string]string{"name": name},
	}
	if watch.measure("create "+name, func() error {
		_, err := client.CoreV1().ConfigMaps(namespace).Create(context.Background(), wanted, meta.CreateOptions{})
		return err
	}) {
		kept.add(name)
	}
}

// read gets what was acknowledged last, most often from another API server than the one that acknowledged it.
func read(client kubernetes.Interface, namespace string, watch *stopwatch, kept *ledger) {
	name, some := kept.newest()
	if !some {
		return
	}
	watch.measure("get "+name, func() error {
		_, err := client.CoreV1().ConfigMaps(namespace).Get(context.Background(), name, meta.GetOptions{})
		return err
	})
}

// call posts to a Service through the API server; the answer takes its time.
func call(client kubernetes.Interface, namespace, service string, watch *stopwatch) {
	watch.measure("post to "+service, func() error {
		return client.CoreV1().RESTClient().Post().Namespace(namespace).Resource("services").Name(service+":80").
			SubResource("proxy").Param("wait", fmt.Sprintf("%ds", callSeconds)).Do(context.Background()).Error()
	})
}

func pause(stopped context.Context, duration time.Duration) {
	select {
	case <-stopped.Done():
	case <-time.After(duration):
	}
}

// lost reads everything that is there, and returns the acknowledged writes that are not, or not as they were written.
func lost(config *rest.Config, namespace string, kept *ledger) ([]string, error) {
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	there := map[string]bool{}
	for options := (meta.ListOptions{LabelSelector: selector, Limit: pageSize}); ; {
		page, err := client.CoreV1().ConfigMaps(namespace).List(context.Background(), options)
		if err != nil {
			return nil, err
		}
		for _, item := range page.Items {
			there[item.Name] = item.Data["name"] == item.Name
		}
		if options.Continue = page.Continue; options.Continue == "" {
			return kept.missingIn(func(name string) bool { return there[name] }), nil
		}
	}
}
