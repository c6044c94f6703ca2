// Orders takes stock for orders and confirms them.
package main

import (
	"context"
	"errors"
	"log"
	"log/slog"
	"os/signal"
	"syscall"
	"time"

	"go.opentelemetry.io/otel"

	"kettleandleaf.example/shop/internal/config"
	"kettleandleaf.example/shop/internal/queue"
	"kettleandleaf.example/shop/internal/shop"
	"kettleandleaf.example/shop/internal/telemetry"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	defer telemetry.Start(ctx, "orders")()
	store, err := shop.Open(config.DSN())
	if err != nil {
		log.Fatal(err)
	}
	publisher := &queue.Publisher{URL: config.AMQP()}

	work := func(ctx context.Context, id string) error {
		// Not ctx: what was begun is finished, also when we are told to stop.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		status, err := store.Fulfil(ctx, id)
		if errors.Is(err, shop.ErrNotFound) {
			slog.WarnContext(ctx, "no such order", "order", id)
			return nil
		}
		if err != nil || status == "" {
			return err
		}
		slog.InfoContext(ctx, "done", "order", id, "status", status)
		if err := publisher.Publish(ctx, queue.Mails, id); err != nil {
			slog.ErrorContext(ctx, "no mail", "order", id, "error", err.Error()) // TODO: these customers never hear from us
		}
		return nil
	}

	go sweep(ctx, store, work)
	queue.Consume(ctx, config.AMQP(), queue.Orders, work)
	slog.Info("bye")
}

// sweep picks up orders whose message never arrived.
func sweep(ctx context.Context, store *shop.Store, work func(context.Context, string) error) {
	for {
		ids, err := store.Forgotten(ctx)
		if err != nil {
			slog.Error("sweep", "error", err.Error())
		}
		for _, id := range ids {
			job, span := otel.Tracer("kettleandleaf.example/shop/cmd/orders").Start(ctx, "sweep")
			slog.WarnContext(job, "forgotten", "order", id)
			if err := work(job, id); err != nil {
				slog.ErrorContext(job, "sweep", "order", id, "error", err.Error())
			}
			span.End()
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Minute):
		}
	}
}
