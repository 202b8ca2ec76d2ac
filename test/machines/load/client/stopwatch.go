package main

import (
	"sync"
	"time"
)

// Failure is a request that failed for good, after every retry.
type Failure struct {
	AtMilliseconds   int64  `json:"atMilliseconds"`
	TookMilliseconds int64  `json:"tookMilliseconds"`
	What             string `json:"what"`
	Error            string `json:"error"`
}

// maxFailures are kept with their reason; all are counted.
const maxFailures = 50

// Summary is what became of requests of one kind.
type Summary struct {
	Succeeded           int       `json:"succeeded"`
	Failed              int       `json:"failed"`
	Failures            []Failure `json:"failures"`
	SlowestMilliseconds int64     `json:"slowestMilliseconds"`
	// The longest time in which none succeeded.
	LongestGapMilliseconds      int64 `json:"longestGapMilliseconds"`
	LongestGapBeganMilliseconds int64 `json:"longestGapBeganMilliseconds"`
}

// stopwatch counts requests of one kind, and the longest time in which none succeeded.
type stopwatch struct {
	mutex   sync.Mutex
	last    time.Time
	summary Summary
}

func newStopwatch() *stopwatch {
	return &stopwatch{last: time.Now(), summary: Summary{Failures: []Failure{}}}
}

// measure makes one request and reports whether it succeeded.
func (watch *stopwatch) measure(what string, request func() error) bool {
	start := time.Now()
	err := request()
	end := time.Now()
	watch.mutex.Lock()
	defer watch.mutex.Unlock()
	summary := &watch.summary
	summary.SlowestMilliseconds = max(summary.SlowestMilliseconds, end.Sub(start).Milliseconds())
	if err != nil {
		summary.Failed++
		if len(summary.Failures) < maxFailures {
			summary.Failures = append(summary.Failures, Failure{
				AtMilliseconds: milliseconds(end), TookMilliseconds: end.Sub(start).Milliseconds(), What: what, Error: err.Error(),
			})
		}
		return false
	}
	summary.Succeeded++
	watch.closeGap(end)
	watch.last = end
	return true
}

func (watch *stopwatch) closeGap(end time.Time) {
	if gap := end.Sub(watch.last).Milliseconds(); gap > watch.summary.LongestGapMilliseconds {
		watch.summary.LongestGapMilliseconds = gap
		watch.summary.LongestGapBeganMilliseconds = milliseconds(watch.last)
	}
}

// end returns what was measured; a gap that lasts until this moment counts.
func (watch *stopwatch) end(stopped time.Time) Summary {
	watch.mutex.Lock()
	defer watch.mutex.Unlock()
	watch.closeGap(stopped)
	return watch.summary
}
