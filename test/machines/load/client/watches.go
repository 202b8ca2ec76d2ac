package main

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

// Watch is what an informer saw and did.
type Watch struct {
	// Acknowledged writes that it never saw.
	Missed []string `json:"missed"`
	// How often it read the whole list after the first time, and how often it opened a watch.
	Relists int64 `json:"relists"`
	Watches int64 `json:"watches"`
}

// informer is one of client-go's, with a client of its own.
type informer struct {
	lists, watches atomic.Int64
	mutex          sync.Mutex
	seen           map[string]bool
}

// begin starts it; it runs until it is stopped, and has read the first list when this returns.
func beginInformer(stopped context.Context, config *rest.Config, namespace string) (*informer, error) {
	own := &informer{seen: map[string]bool{}}
	config = rest.CopyConfig(config)
	config.Wrap(func(next http.RoundTripper) http.RoundTripper { return listsAndWatches{next, own} })
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	factory := informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithNamespace(namespace),
		informers.WithTweakListOptions(func(options *meta.ListOptions) { options.LabelSelector = selector }))
	maps := factory.Core().V1().ConfigMaps().Informer()
	_, err = maps.AddEventHandler(cache.ResourceEventHandlerFuncs{AddFunc: func(object any) {
		own.mutex.Lock()
		defer own.mutex.Unlock()
		own.seen[object.(*core.ConfigMap).Name] = true
	}})
	if err != nil {
		return nil, err
	}
	factory.Start(stopped.Done())
	cache.WaitForCacheSync(stopped.Done(), maps.HasSynced)
	return own, nil
}

func (own *informer) has(name string) bool {
	own.mutex.Lock()
	defer own.mutex.Unlock()
	return own.seen[name]
}

// end waits until it has seen every acknowledged write, but not for ever.
func (own *informer) end(kept *ledger) Watch {
	missed := kept.missingIn(own.has)
	for deadline := time.Now().Add(catchUpPatience); len(missed) > 0 && time.Now().Before(deadline); {
		time.Sleep(200 * time.Millisecond)
		missed = kept.missingIn(own.has)
	}
	return Watch{Missed: missed, Relists: own.lists.Load() - 1, Watches: own.watches.Load()}
}

const catchUpPatience = 60 * time.Second

// listsAndWatches counts an informer's requests of each kind. A whole list also comes as a watch that begins with it.
type listsAndWatches struct {
	next http.RoundTripper
	own  *informer
}

func (counting listsAndWatches) RoundTrip(request *http.Request) (*http.Response, error) {
	answer, err := counting.next.RoundTrip(request)
	if err != nil || answer.StatusCode != http.StatusOK {
		return answer, err
	}
	query := request.URL.Query()
	isWatch := query.Get("watch") != ""
	if isWatch {
		counting.own.watches.Add(1)
	}
	if !isWatch || query.Get("sendInitialEvents") == "true" {
		counting.own.lists.Add(1)
	}
	return answer, err
}
