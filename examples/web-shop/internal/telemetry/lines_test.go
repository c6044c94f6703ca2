package telemetry

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"testing"

	"go.opentelemetry.io/otel/trace"
)

func TestALineTellsItsTrace(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(traced{slog.NewJSONHandler(&out, nil)}).With("queue", "orders")
	at := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}})
	log.InfoContext(trace.ContextWithSpanContext(context.Background(), at), "done")
	log.Info("alone")
	lines := json.NewDecoder(&out)
	var first, second map[string]any
	if err := lines.Decode(&first); err != nil {
		t.Fatal(err)
	}
	if err := lines.Decode(&second); err != nil {
		t.Fatal(err)
	}
	if first["trace_id"] != at.TraceID().String() || first["span_id"] != at.SpanID().String() || first["queue"] != "orders" {
		t.Errorf("%v", first)
	}
	if _, there := second["trace_id"]; there || second["msg"] != "alone" {
		t.Errorf("%v", second)
	}
}
