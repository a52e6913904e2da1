package sources_test

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/metrics"
	"inlet.example/inlet/daemon/sources"
	"inlet.example/inlet/pipeline/store/enginetest"
	sourcestore "inlet.example/inlet/pipeline/store/sources"
	"inlet.example/inlet/watcher"
)

// polls are the sources that were polled by hand.
type polls chan string

func (p polls) RunNow(source string) error { p <- source; return nil }
func (p polls) Next(string) time.Time      { return time.Time{} }

// A person who waits for a poll is answered although the source is polled by its schedule before the state of that poll is in the store.
func TestAnswerIsNotOverwritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		status, relay, polled, stop := start(t)
		defer stop()
		no := request(t, status)
		if got := <-polled; got != "crm" {
			t.Fatalf("polled %q", got)
		}
		relay.Polled("crm", watcher.PollResult{Outcome: "files", Files: 1, ByHand: true})
		relay.Polled("crm", watcher.PollResult{Outcome: "unchanged"})
		synctest.Wait()
		wantAnswered(t, status, no)
	})
}

// A request that a daemon has taken is carried out by the next if that one ends first.
func TestRequestOutlivesTheDaemon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		status, _, polled, stop := start(t)
		no := request(t, status)
		<-polled
		stop()
		relay, polled, stop := startOn(t, status)
		defer stop()
		<-polled
		relay.Polled("crm", watcher.PollResult{Outcome: "unchanged", ByHand: true})
		synctest.Wait()
		wantAnswered(t, status, no)
	})
}

// One that was withdrawn, or answered, is not.
func TestEndedRequestsAreNotCarriedOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		status, relay, polled, stop := start(t)
		request(t, status)
		<-polled
		relay.Polled("crm", watcher.PollResult{Outcome: "unchanged", ByHand: true})
		synctest.Wait()
		stop()
		request(t, status)
		if inTime, err := status.Withdraw(t.Context(), "crm"); !inTime || err != nil {
			t.Fatalf("withdrawn in time: %t, %v", inTime, err)
		}
		_, polled, stop = startOn(t, status)
		defer stop()
		time.Sleep(time.Minute)
		select {
		case <-polled:
			t.Error("the source was polled")
		default:
		}
	})
}

func start(t *testing.T) (*sourcestore.Status, *sources.Relay, polls, func()) {
	status := sourcestore.NewStatus(&enginetest.Documents{})
	relay, polled, stop := startOn(t, status)
	return status, relay, polled, stop
}

func startOn(t *testing.T, status *sourcestore.Status) (*sources.Relay, polls, func()) {
	t.Helper()
	relay := sources.New([]config.Source{{Name: "crm"}}, status, slog.New(slog.DiscardHandler), metrics.New(metrics.Labels{}), sources.RequestPoll)
	polled := make(polls, 1)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- relay.Run(ctx, polled) }()
	return relay, polled, func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

func request(t *testing.T, status *sourcestore.Status) int64 {
	t.Helper()
	no, err := status.RequestPoll(t.Context(), "crm")
	if err != nil {
		t.Fatal(err)
	}
	return no
}

func wantAnswered(t *testing.T, status *sourcestore.Status, no int64) {
	t.Helper()
	if states, err := status.All(t.Context()); states["crm"].Ran != no || err != nil {
		t.Errorf("request %d is not answered: %+v, %v", no, states["crm"], err)
	}
}
