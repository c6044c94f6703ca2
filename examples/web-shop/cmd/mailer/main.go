// Mailer tells customers what became of their order.
package main

import (
	"context"
	"fmt"
	"log"
	"net/smtp"

	"kettleandleaf.example/shop/internal/config"
	"kettleandleaf.example/shop/internal/queue"
	"kettleandleaf.example/shop/internal/shop"
)

func main() {
	store, err := shop.Open(config.DSN())
	if err != nil {
		log.Fatal(err)
	}
	relay := config.Get("SMTP_ADDR", "")
	from := config.Get("MAIL_FROM", "orders@kettleandleaf.example")
	queue.Consume(context.Background(), config.AMQP(), queue.Mails, func(ctx context.Context, id string) error {
		o, err := store.Order(ctx, id)
		if err != nil {
			return err
		}
		text := fmt.Sprintf("From: %s\r\nTo: %s\r\nSubject: Your order is %s\r\n\r\nOrder %s, %s.\r\n",
			from, o.Email, o.Status, o.ID, shop.Euros(o.Total))
		if relay == "" {
			log.Printf("no SMTP_ADDR, mail for %s not sent", o.ID)
			return nil
		}
		return smtp.SendMail(relay, nil, from, []string{o.Email}, []byte(text))
	})
}
