package daemon_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// received is what a collector of OpenTelemetry was sent.
type received struct {
	mu       sync.Mutex
	spans    []*otlp.Span
	resource string
	text     string
}

func (r *received) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	var export collector.ExportTraceServiceRequest
	if err != nil || req.URL.Path != "/v1/traces" || proto.Unmarshal(body, &export) != nil {
		http.Error(w, "not a trace", http.StatusBadRequest)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.text += string(body)
	for _, of := range export.ResourceSpans {
		r.resource = of.Resource.String()
		for _, scope := range of.ScopeSpans {
			r.spans = append(r.spans, scope.Spans...)
		}
	}
}

// TestTraces: an import is one trace, with its steps and its store operations below it, and nothing of its cells.
func TestTraces(t *testing.T) {
	got := &received{}
	server := httptest.NewServer(got)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", server.URL)
	r := run(t, configured(t, ""))
	r.until(is(1), "inlet_inbox_up", "inbox=kunder")
	r.drop("a.csv", "Företag,Postnr\n"+canary+",11122\n")
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
	r.stop() // exports what is left
	server.Close()
	if !strings.Contains(r.log.String(), `msg="Traces are exported" to=`+server.URL) {
		t.Errorf("the log does not say so:\n%s", r.log)
	}
	names := map[string]int{}
	var root *otlp.Span
	parents := map[string]string{}
	for _, s := range got.spans {
		names[s.Name]++
		parents[string(s.SpanId)] = string(s.ParentSpanId)
		if s.Name == "import" {
			root = s
		}
	}
	for _, want := range []string{"import", "check", "match", "write", "archive", "store find", "store write"} {
		if names[want] == 0 {
			t.Errorf("no span %q in %v", want, names)
		}
	}
	if root == nil || names["import"] != 1 {
		t.Fatalf("spans: %v", names)
	}
	for _, s := range got.spans {
		at := string(s.SpanId)
		for parents[at] != "" {
			at = parents[at]
		}
		if at != string(root.SpanId) || !slices.Equal(s.TraceId, root.TraceId) || s.EndTimeUnixNano > root.EndTimeUnixNano {
			t.Errorf("%s is not within the import", s.Name)
		}
	}
	attributes := map[string]string{}
	for _, a := range root.Attributes {
		attributes[a.Key] = a.Value.GetStringValue()
	}
	if attributes["inlet.inbox"] != "kunder" || attributes["inlet.workbook"] != "a.csv" || attributes["inlet.state"] != "done" || attributes["inlet.import"] == "" {
		t.Errorf("the import is described as %v", attributes)
	}
	if !strings.Contains(got.resource, "inlet") || strings.Contains(got.text, canary) {
		t.Errorf("resource %s, cells %v", got.resource, strings.Contains(got.text, canary))
	}
}

// TestCollectorIsAway: imports do not depend on who is told of them, and the log has one line about it.
func TestCollectorIsAway(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
	t.Setenv("OTEL_BSP_SCHEDULE_DELAY", "50")
	t.Setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "100")
	r := run(t, configured(t, ""))
	r.until(is(1), "inlet_inbox_up", "inbox=kunder")
	for i, name := range []string{"a.csv", "b.csv", "c.csv"} {
		r.drop(name, "Företag,Postnr\n"+name+",11122\n")
		r.until(is(float64(i+1)), "inlet_imports_total", "inbox=kunder", "outcome=done")
	}
	r.wait("a line about the collector", func() bool { return strings.Contains(r.log.String(), "Traces cannot be exported") })
	if text := r.log.String(); strings.Count(text, "Traces cannot be exported") > 2 { // refused, or timed out
		t.Errorf("the log repeats it:\n%s", text)
	}
}
