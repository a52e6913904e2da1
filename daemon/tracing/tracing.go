// Package tracing exports traces of imports to a collector of OpenTelemetry: a span for an import, its steps and its store operations.
//
// It is off unless OTEL_EXPORTER_OTLP_ENDPOINT, or the variable for traces alone, names a collector. The other variables of OpenTelemetry (headers, timeouts,
// sampling, resource attributes) are those of its library. Spans have names of workbooks and inboxes, and numbers; never what is in a cell.
package tracing

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
	"inlet.example/inlet/pipeline/report"
)

// variables name the collector.
var variables = []string{"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"}

// Traces exports traces. A nil *Traces exports none.
type Traces struct {
	provider *trace.TracerProvider
}

// New returns what exports traces to the collector that the environment names; nil if it names none. Nothing is connected to yet.
func New(ctx context.Context, version string, log *slog.Logger) (*Traces, error) {
	endpoint := ""
	for _, name := range variables {
		if value := os.Getenv(name); value != "" {
			endpoint = value
		}
	}
	if endpoint == "" {
		return nil, nil
	}
	ctx = context.WithoutCancel(ctx) // a stop is not a mistake of the environment
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("export traces to %s: %w", endpoint, err)
	}
	is, err := resource.New(ctx, resource.WithAttributes(attribute.String("service.name", "inlet"), attribute.String("service.version", version)),
		resource.WithHost(), resource.WithProcessPID(), resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("export traces to %s: %w", endpoint, err)
	}
	otel.SetErrorHandler(&failures{log: log})
	log.LogAttrs(ctx, slog.LevelInfo, "Traces are exported", slog.String("to", endpoint))
	return &Traces{trace.NewTracerProvider(trace.WithBatcher(exporter), trace.WithResource(is))}, nil
}

// closeTimeout is for the traces that were not exported yet, at a stop.
const closeTimeout = 3 * time.Second

// Close exports what is left.
func (t *Traces) Close(ctx context.Context) error {
	if t == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()
	if err := t.provider.Shutdown(ctx); err != nil {
		return fmt.Errorf("export traces: %w", err)
	}
	return nil
}

// Import begins the trace of an attempt to import a workbook, and returns what ends it with its report and error.
func (t *Traces) Import(ctx context.Context, inbox, workbook string) (context.Context, func(*report.Report, error)) {
	if t == nil {
		return ctx, func(*report.Report, error) {}
	}
	ctx, span := t.provider.Tracer("inlet").Start(ctx, "import")
	span.SetAttributes(attribute.String("inlet.inbox", inbox), attribute.String("inlet.workbook", workbook))
	return ctx, func(rep *report.Report, err error) {
		imp := &rep.Import
		span.SetAttributes(attribute.String("inlet.import", imp.ID), attribute.String("inlet.state", string(imp.State)), attribute.Int("inlet.rows", imp.Tally.Rows),
			attribute.Bool("inlet.resumed", rep.Resumed))
		if err != nil {
			span.SetStatus(codes.Error, "interrupted")
		}
		span.End()
	}
}

// failures logs why traces are not exported, once for each reason: the library reports it every few seconds.
type failures struct {
	log  *slog.Logger
	mu   sync.Mutex
	last string
}

// Handle is called by the library.
func (f *failures) Handle(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.last != err.Error() {
		f.last = err.Error()
		f.log.LogAttrs(context.Background(), slog.LevelWarn, "Traces cannot be exported", slog.Any("error", err))
	}
}
