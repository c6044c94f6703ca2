package queue

import (
	"context"

	amqp "github.com/rabbitmq/amqp091-go"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	semconv "go.opentelemetry.io/otel/semconv/v1.37.0"
	"go.opentelemetry.io/otel/trace"
)

var tracer = otel.Tracer("kettleandleaf.example/shop/internal/queue")

// headers of a message carry its trace.
type headers amqp.Table

func (h headers) Get(key string) string {
	text, _ := h[key].(string)
	return text
}

func (h headers) Set(key, value string) { h[key] = value }

func (h headers) Keys() []string {
	keys := make([]string, 0, len(h))
	for key := range h {
		keys = append(keys, key)
	}
	return keys
}

// sending begins the span of a message that is published, and writes it into the headers.
func sending(ctx context.Context, url, queue string) (context.Context, trace.Span, amqp.Table) {
	ctx, span := tracer.Start(ctx, "send "+queue, trace.WithSpanKind(trace.SpanKindProducer),
		trace.WithAttributes(about(url, queue)...), trace.WithAttributes(semconv.MessagingOperationTypeSend))
	carrier := headers{}
	otel.GetTextMapPropagator().Inject(ctx, carrier)
	return ctx, span, amqp.Table(carrier)
}

// processing begins the span of the work on a message, in the trace of who has sent it.
func processing(ctx context.Context, url, queue string, sent amqp.Table) (context.Context, trace.Span) {
	ctx = otel.GetTextMapPropagator().Extract(ctx, headers(sent))
	return tracer.Start(ctx, "process "+queue, trace.WithSpanKind(trace.SpanKindConsumer),
		trace.WithAttributes(about(url, queue)...), trace.WithAttributes(semconv.MessagingOperationTypeProcess))
}

// end tells of a span how it went. The broker's words stay out of it: they hold addresses.
func end(span trace.Span, err error) {
	if err != nil {
		span.SetStatus(codes.Error, "")
		span.SetAttributes(semconv.ErrorType(err))
	}
	span.End()
}

func about(url, queue string) []attribute.KeyValue {
	found := []attribute.KeyValue{semconv.MessagingSystemRabbitMQ, semconv.MessagingDestinationName(queue)}
	if broker, err := amqp.ParseURI(url); err == nil {
		found = append(found, semconv.ServerAddress(broker.Host), semconv.ServerPort(broker.Port))
	}
	return found
}
