// Package queue talks to RabbitMQ.
package queue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

// Queues, all durable.
const (
	Orders = "orders"
	Mails  = "mails"
)

func open(url string) (*amqp.Connection, *amqp.Channel, error) {
	conn, err := amqp.DialConfig(url, amqp.Config{Heartbeat: 10 * time.Second, Dial: amqp.DefaultDial(3 * time.Second)})
	if err != nil {
		return nil, nil, err
	}
	ch, err := conn.Channel()
	if err != nil {
		conn.Close()
		return nil, nil, err
	}
	for _, q := range []string{Orders, Mails} {
		if _, err := ch.QueueDeclare(q, true, false, false, false, nil); err != nil {
			conn.Close()
			return nil, nil, err
		}
	}
	return conn, ch, nil
}

// Publisher connects when it has something to say, and again after it was cut off.
type Publisher struct {
	URL string

	mu   sync.Mutex
	conn *amqp.Connection
	ch   *amqp.Channel
}

// Publish returns once the broker has the message on its disk.
func (p *Publisher) Publish(ctx context.Context, queue, body string) error {
	ctx, span, headers := sending(ctx, p.URL, queue)
	err := p.publish(ctx, queue, body, headers)
	end(span, err)
	return err
}

func (p *Publisher) publish(ctx context.Context, queue, body string, headers amqp.Table) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.conn == nil || p.conn.IsClosed() || p.ch.IsClosed() {
		conn, ch, err := open(p.URL)
		if err != nil {
			return err
		}
		if err := ch.Confirm(false); err != nil {
			conn.Close()
			return err
		}
		p.conn, p.ch = conn, ch
	}
	sent, err := p.ch.PublishWithDeferredConfirmWithContext(ctx, "", queue, true, false, amqp.Publishing{
		Headers: headers, ContentType: "text/plain", DeliveryMode: amqp.Persistent, Timestamp: time.Now(), Body: []byte(body),
	})
	if err != nil {
		p.conn.Close()
		return err
	}
	acked, err := sent.WaitContext(ctx)
	if err != nil {
		p.conn.Close()
		return err
	}
	if !acked {
		return errors.New("the broker refused the message")
	}
	return nil
}

// Consume hands each message to work until ctx ends. A message whose work failed comes again.
func Consume(ctx context.Context, url, queue string, work func(context.Context, string) error) {
	for ctx.Err() == nil {
		err := consume(ctx, url, queue, work)
		if ctx.Err() == nil {
			slog.Warn("consuming, again in 2s", "queue", queue, "error", err.Error())
			sleep(ctx, 2*time.Second)
		}
	}
}

func consume(ctx context.Context, url, queue string, work func(context.Context, string) error) error {
	conn, ch, err := open(url)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := ch.Qos(10, 0, false); err != nil {
		return err
	}
	messages, err := ch.Consume(queue, "", false, false, false, false, nil)
	if err != nil {
		return err
	}
	slog.Info("consuming", "queue", queue)
	for {
		select {
		case <-ctx.Done():
			return nil
		case m, ok := <-messages:
			if !ok {
				return fmt.Errorf("connection lost")
			}
			job, span := processing(ctx, url, queue, m.Headers)
			err := work(job, string(m.Body))
			end(span, err)
			if err != nil {
				slog.ErrorContext(job, "work failed", "queue", queue, "order", string(m.Body), "error", err.Error())
				sleep(ctx, time.Second)
				m.Nack(false, true)
				continue
			}
			m.Ack(false)
		}
	}
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
