// Package telemetry sends spans where the standard OTEL_* variables say, and none without them.
package telemetry

import (
	"context"
	"log/slog"
	"os"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.37.0"
)

// Start makes this program log JSON lines, and trace if it is told where to. The returned function
// sends the spans that still wait; call it last. OTEL_SERVICE_NAME goes before the given name.
func Start(ctx context.Context, service string) (stop func()) {
	slog.SetDefault(slog.New(traced{slog.NewJSONHandler(os.Stderr, nil)}))
	// Also without an endpoint: a trace of somebody else goes through us whole.
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(
		propagation.TraceContext{}, propagation.Baggage{}))
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") == "" && os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") == "" {
		return func() {}
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { slog.Warn("tracing", "error", err.Error()) }))
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		slog.Error("no tracing", "error", err.Error())
		return func() {}
	}
	about, err := resource.New(ctx,
		resource.WithAttributes(semconv.ServiceName(service)),
		resource.WithHost(), resource.WithFromEnv())
	if err != nil {
		slog.Warn("tracing", "error", err.Error())
	}
	provider := trace.NewTracerProvider(trace.WithBatcher(exporter), trace.WithResource(about))
	otel.SetTracerProvider(provider)
	return func() {
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
		defer cancel()
		provider.Shutdown(late)
	}
}
