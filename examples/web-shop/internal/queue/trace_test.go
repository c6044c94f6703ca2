package queue

import (
	"context"
	"errors"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

func TestWorkIsInTheTraceOfItsSender(t *testing.T) {
	seen := tracetest.NewSpanRecorder()
	otel.SetTracerProvider(sdk.NewTracerProvider(sdk.WithSpanProcessor(seen)))
	otel.SetTextMapPropagator(propagation.TraceContext{})
	url := "amqp://shop:secret@queue:5672/"

	_, sent, headers := sending(context.Background(), url, Orders)
	end(sent, nil)
	_, job := processing(context.Background(), url, Orders, headers)
	end(job, errors.New("sold out"))

	spans := seen.Ended()
	if len(spans) != 2 || spans[0].SpanKind() != trace.SpanKindProducer || spans[1].SpanKind() != trace.SpanKindConsumer {
		t.Fatalf("%v", spans)
	}
	if spans[1].Parent().SpanID() != spans[0].SpanContext().SpanID() {
		t.Error("the work is in a trace of its own")
	}
	if spans[0].Status().Code != codes.Unset || spans[1].Status().Code != codes.Error {
		t.Errorf("%v, %v", spans[0].Status(), spans[1].Status())
	}
	told := map[string]string{}
	for _, each := range spans[0].Attributes() {
		told[string(each.Key)] = each.Value.Emit()
	}
	if told["server.address"] != "queue" || told["server.port"] != "5672" {
		t.Errorf("%v", told)
	}
}

func TestAMessageWithoutHeadersBeginsATrace(t *testing.T) {
	_, job := processing(context.Background(), "no url", Mails, nil)
	end(job, nil)
	if !job.SpanContext().IsValid() {
		t.Error("no span")
	}
}
