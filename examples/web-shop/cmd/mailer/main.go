// Mailer tells customers what became of their order.
package main

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"net/smtp"

	"kettleandleaf.example/shop/internal/config"
	"kettleandleaf.example/shop/internal/queue"
	"kettleandleaf.example/shop/internal/shop"
	"kettleandleaf.example/shop/internal/telemetry"
)

func main() {
	ctx := context.Background()
	defer telemetry.Start(ctx, "mailer")()
	store, err := shop.Open(config.DSN())
	if err != nil {
		log.Fatal(err)
	}
	relay := config.Get("SMTP_ADDR", "")
	from := config.Get("MAIL_FROM", "orders@kettleandleaf.example")
	queue.Consume(ctx, config.AMQP(), queue.Mails, func(ctx context.Context, id string) error {
		o, err := store.Order(ctx, id)
		if err != nil {
			return err
		}
		text := fmt.Sprintf("From: %s\r\nTo: %s\r\nSubject: Your order is %s\r\n\r\nOrder %s, %s.\r\n",
			from, o.Email, o.Status, o.ID, shop.Euros(o.Total))
		if relay == "" {
			slog.InfoContext(ctx, "no SMTP_ADDR, mail not sent", "order", o.ID)
			return nil
		}
		return smtp.SendMail(relay, nil, from, []string{o.Email}, []byte(text))
	})
}
