// Storefront: the pages and the JSON API.
package main

import (
	"context"
	"errors"
	"log"
	"log/slog"
	"net/http"
	"os/signal"
	"syscall"
	"time"

	"kettleandleaf.example/shop/internal/config"
	"kettleandleaf.example/shop/internal/queue"
	"kettleandleaf.example/shop/internal/shop"
	"kettleandleaf.example/shop/internal/telemetry"
	"kettleandleaf.example/shop/internal/web"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	defer telemetry.Start(ctx, "storefront")()
	store, err := shop.Open(config.DSN())
	if err != nil {
		log.Fatal(err)
	}
	publisher := &queue.Publisher{URL: config.AMQP()}
	site := &web.Site{Store: store, Announce: func(ctx context.Context, id string) error {
		return publisher.Publish(ctx, queue.Orders, id)
	}}
	server := &http.Server{
		Addr:              config.Get("LISTEN", ":8080"),
		Handler:           site.Handler(),
		ReadHeaderTimeout: 5 * time.Second,
	}
	go func() {
		<-ctx.Done()
		slog.Info("shutting down")
		late, cancel := context.WithTimeout(context.Background(), 8*time.Second)
		defer cancel()
		server.Shutdown(late)
	}()
	slog.Info("listening", "on", server.Addr)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
}
