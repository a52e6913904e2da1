// Package span marks the parts of an import in a trace of OpenTelemetry.
//
// # Why nothing is handed in
//
// A trace begins with a span in the context, which only the daemon puts there, and only if traces are exported. Without one nothing is recorded and nothing
// is allocated, so that the steps and the store need not know whether there is a trace. The context is where OpenTelemetry keeps a span, for the libraries
// below, too.
package span

import (
	"context"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// Start begins a part of what the context is a part of, and returns the context of what is done in it, and what ends it.
func Start(ctx context.Context, name string) (context.Context, func(error)) {
	parent := trace.SpanFromContext(ctx)
	if !parent.SpanContext().IsValid() {
		return ctx, func(error) {}
	}
	ctx, is := parent.TracerProvider().Tracer("inlet").Start(ctx, name)
	return ctx, func(err error) {
		if err != nil {
			is.SetStatus(codes.Error, "") // its text may have what is in a cell
		}
		is.End()
	}
}
