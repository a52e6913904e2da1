package winservice

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/svc"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/pipeline/message"
)

// managed is a service with this test as its service manager.
type managed struct {
	requests chan svc.ChangeRequest
	ended    chan uint32 // its exit code

	mu     sync.Mutex
	events []string
	states []svc.Status
}

func manage(t *testing.T, grace time.Duration, do func(ctx context.Context, host Host) error) *managed {
	t.Helper()
	m := &managed{requests: make(chan svc.ChangeRequest), ended: make(chan uint32, 1)}
	s := &service{do: do, ctx: t.Context(), grace: grace, level: slog.LevelWarn, text: error.Error, event: func(level slog.Level, text string) error {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.events = append(m.events, level.String()+" "+text)
		return nil
	}}
	status := make(chan svc.Status)
	go func() {
		for one := range status {
			m.mu.Lock()
			m.states = append(m.states, one)
			m.mu.Unlock()
		}
	}()
	go func() {
		_, code := s.Execute([]string{"inlet"}, m.requests, status)
		close(status)
		m.ended <- code
	}()
	return m
}

// state waits for a state.
func (m *managed) state(t *testing.T, want svc.State) svc.Status {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		m.mu.Lock()
		i := slices.IndexFunc(m.states, func(s svc.Status) bool { return s.State == want })
		var found svc.Status
		if i >= 0 {
			found = m.states[i]
		}
		m.mu.Unlock()
		if i >= 0 {
			return found
		}
	}
	t.Fatalf("state %d was not reported", want)
	return svc.Status{}
}

// said reports whether an event begins so.
func (m *managed) said(start string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.ContainsFunc(m.events, func(one string) bool { return strings.HasPrefix(one, start) })
}

// TestServiceStops: each way to ask for the end ends the daemon, and is answered at once.
func TestServiceStops(t *testing.T) {
	for _, ask := range []svc.Cmd{svc.Stop, svc.Shutdown, svc.PreShutdown} {
		reloaded := make(chan struct{}, 1)
		m := manage(t, time.Minute, func(ctx context.Context, host Host) error {
			host.Ready()
			for {
				select {
				case <-host.Reload:
					reloaded <- struct{}{}
				case <-ctx.Done():
					return nil
				}
			}
		})
		if running := m.state(t, svc.Running); running.Accepts != accepted {
			t.Errorf("accepts %b, want %b", running.Accepts, accepted)
		}
		m.requests <- svc.ChangeRequest{Cmd: svc.ParamChange}
		<-reloaded
		m.requests <- svc.ChangeRequest{Cmd: ask}
		if code := <-m.ended; code != 0 || !m.said("INFO Service is starting") || !m.said("INFO Service stopped") {
			t.Errorf("%d: exit code %d, events %q", ask, code, m.events)
		}
		if pending := m.state(t, svc.StopPending); pending.WaitHint == 0 || pending.CheckPoint == 0 {
			t.Errorf("%+v", pending)
		}
	}
}

// TestServiceDoesNotStop: a daemon that does not end is cut off, and the event log says so.
func TestServiceDoesNotStop(t *testing.T) {
	if grace >= 10*time.Second {
		t.Error("a service has to stop within ten seconds")
	}
	hangs := make(chan struct{})
	defer close(hangs)
	m := manage(t, 1500*time.Millisecond, func(_ context.Context, host Host) error {
		host.Ready()
		<-hangs
		return nil
	})
	m.state(t, svc.Running)
	asked := time.Now()
	m.requests <- svc.ChangeRequest{Cmd: svc.Stop}
	if code := <-m.ended; code != 0 || time.Since(asked) > 5*time.Second || !m.said("WARN Service was stopped in the middle") {
		t.Errorf("exit code %d after %v, events %q", code, time.Since(asked), m.events)
	}
}

// TestServiceFails: a daemon that ends before it is ready was never running, and its error is in the event log.
func TestServiceFails(t *testing.T) {
	m := manage(t, time.Minute, func(context.Context, Host) error { return exitcode.Usage.With(errors.New("port 9464 is in use")) })
	if code := <-m.ended; code != uint32(exitcode.Usage) || !m.said("ERROR Service failed: port 9464 is in use") {
		t.Errorf("exit code %d, events %q", code, m.events)
	}
	if slices.ContainsFunc(m.states, func(s svc.Status) bool { return s.State == svc.Running }) {
		t.Errorf("it was reported as running: %+v", m.states)
	}
}

// TestExplain: what the service manager answers is said in words, in both languages.
func TestExplain(t *testing.T) {
	for err, want := range map[error][2]string{
		windows.ERROR_ACCESS_DENIED:             {"only an administrator may do that", "bara en administratör"},
		windows.ERROR_SERVICE_EXISTS:            {"the service inlet exists already", "tjänsten inlet finns redan"},
		windows.ERROR_SERVICE_DOES_NOT_EXIST:    {"there is no service inlet", "det finns ingen tjänst inlet"},
		windows.ERROR_SERVICE_MARKED_FOR_DELETE: {"the service inlet is being removed", "tjänsten inlet håller på att tas bort"},
		windows.ERROR_INVALID_SERVICE_ACCOUNT:   {"Windows does not know the account", "Windows känner inte till kontot"},
	} {
		said := explained("inlet", err)
		if !strings.HasPrefix(said.Error(), want[0]) || !strings.HasPrefix(message.ErrorIn(message.Swedish, said), want[1]) {
			t.Errorf("%v: %v, %s", err, said, message.ErrorIn(message.Swedish, said))
		}
	}
	if other := errors.New("x"); !errors.Is(explained("inlet", other), other) || explained("inlet", nil) != nil {
		t.Error("other errors stay as they are")
	}
}
