// Orders takes stock for orders and confirms them.
package main

import (
	"context"
	"errors"
	"log"
	"os/signal"
	"syscall"
	"time"

	"kettleandleaf.example/shop/internal/config"
	"kettleandleaf.example/shop/internal/queue"
	"kettleandleaf.example/shop/internal/shop"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
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
			log.Printf("order %s does not exist", id)
			return nil
		}
		if err != nil || status == "" {
			return err
		}
		log.Printf("order %s %s", id, status)
		if err := publisher.Publish(ctx, queue.Mails, id); err != nil {
			log.Printf("no mail for %s: %v", id, err) // TODO: these customers never hear from us
		}
		return nil
	}

	go sweep(ctx, store, work)
	queue.Consume(ctx, config.AMQP(), queue.Orders, work)
	log.Print("bye")
}

// sweep picks up orders whose message never arrived.
func sweep(ctx context.Context, store *shop.Store, work func(context.Context, string) error) {
	for {
		ids, err := store.Forgotten(ctx)
		if err != nil {
			log.Printf("sweep: %v", err)
		}
		for _, id := range ids {
			log.Printf("order %s was forgotten", id)
			if err := work(ctx, id); err != nil {
				log.Printf("sweep %s: %v", id, err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Minute):
		}
	}
}
