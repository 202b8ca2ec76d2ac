package main

import "sync"

// ledger has the names of all writes that were acknowledged, in their order.
type ledger struct {
	mutex sync.RWMutex
	names []string
}

func (kept *ledger) add(name string) {
	kept.mutex.Lock()
	defer kept.mutex.Unlock()
	kept.names = append(kept.names, name)
}

func (kept *ledger) newest() (string, bool) {
	kept.mutex.RLock()
	defer kept.mutex.RUnlock()
	if len(kept.names) == 0 {
		return "", false
	}
	return kept.names[len(kept.names)-1], true
}

// missingIn returns the acknowledged writes that are not among the names.
func (kept *ledger) missingIn(has func(name string) bool) []string {
	kept.mutex.RLock()
	defer kept.mutex.RUnlock()
	missing := []string{}
	for _, name := range kept.names {
		if !has(name) {
			missing = append(missing, name)
		}
	}
	return missing
}
