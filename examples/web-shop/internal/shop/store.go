package shop

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"log/slog"
	"strings"
	"time"

	_ "github.com/go-sql-driver/mysql" // the driver
)

//go:embed schema.sql
var schema string

// Store is the database.
type Store struct {
	DB *sql.DB
}

// Open connects and creates the tables. It retries, because compose starts us early.
func Open(dsn string) (*Store, error) {
	db, err := open(dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(20)
	db.SetMaxIdleConns(10)
	db.SetConnMaxLifetime(3 * time.Minute)
	for try := 1; ; try++ {
		if err = db.Ping(); err == nil {
			break
		}
		if try == 30 {
			return nil, err
		}
		slog.Warn("database not there yet", "error", err.Error())
		time.Sleep(2 * time.Second)
	}
	for _, q := range strings.Split(schema, ";\n") {
		if _, err := db.Exec(q); err != nil {
			return nil, err
		}
	}
	return &Store{DB: db}, nil
}

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	return s.DB.PingContext(ctx)
}

// Products lists the catalogue.
func (s *Store) Products(ctx context.Context) ([]Product, error) {
	rows, err := s.DB.QueryContext(ctx, "SELECT sku, name, blurb, price, stock FROM products ORDER BY name")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	products := []Product{}
	for rows.Next() {
		var p Product
		if err := rows.Scan(&p.SKU, &p.Name, &p.Blurb, &p.Price, &p.Stock); err != nil {
			return nil, err
		}
		products = append(products, p)
	}
	return products, rows.Err()
}

// NewCart makes an empty cart.
func (s *Store) NewCart(ctx context.Context) (Cart, error) {
	id := NewID()
	_, err := s.DB.ExecContext(ctx, "INSERT INTO carts (id) VALUES (?)", id)
	return Cart{ID: id, Lines: []Line{}}, err
}

// Cart with its lines.
func (s *Store) Cart(ctx context.Context, id string) (Cart, error) {
	cart := Cart{ID: id}
	var found string
	err := s.DB.QueryRowContext(ctx, "SELECT id FROM carts WHERE id = ?", id).Scan(&found)
	if errors.Is(err, sql.ErrNoRows) {
		return cart, ErrNotFound
	}
	if err != nil {
		return cart, err
	}
	cart.Lines, err = lines(ctx, s.DB, `SELECT i.sku, p.name, p.price, i.quantity
		FROM cart_items i JOIN products p ON p.sku = i.sku WHERE i.cart = ? ORDER BY p.name`, id)
	cart.Total = Total(cart.Lines)
	return cart, err
}

// Put sets how many of a product are in a cart.
func (s *Store) Put(ctx context.Context, cart, sku string, quantity int) error {
	if err := CheckQuantity(quantity); err != nil {
		return err
	}
	if _, err := s.Cart(ctx, cart); err != nil {
		return err
	}
	var found string
	err := s.DB.QueryRowContext(ctx, "SELECT sku FROM products WHERE sku = ?", sku).Scan(&found)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	if err != nil {
		return err
	}
	_, err = s.DB.ExecContext(ctx, `INSERT INTO cart_items (cart, sku, quantity) VALUES (?, ?, ?)
		ON DUPLICATE KEY UPDATE quantity = VALUES(quantity)`, cart, sku, quantity)
	return err
}

// Checkout turns a cart into an order, and the cart is gone.
func (s *Store) Checkout(ctx context.Context, cartID, email string) (Order, error) {
	cart, err := s.Cart(ctx, cartID)
	if err != nil {
		return Order{}, err
	}
	if len(cart.Lines) == 0 {
		return Order{}, ErrEmptyCart
	}
	o := Order{ID: NewID(), Email: email, Status: Received, Total: cart.Total, Lines: cart.Lines}
	tx, err := s.DB.BeginTx(ctx, nil)
	if err != nil {
		return o, err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "INSERT INTO orders (id, email, status, total) VALUES (?, ?, ?, ?)",
		o.ID, o.Email, o.Status, o.Total); err != nil {
		return o, err
	}
	for _, l := range o.Lines {
		if _, err := tx.ExecContext(ctx, `INSERT INTO order_items (order_id, sku, name, price, quantity)
			VALUES (?, ?, ?, ?, ?)`, o.ID, l.SKU, l.Name, l.Price, l.Quantity); err != nil {
			return o, err
		}
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM carts WHERE id = ?", cartID); err != nil {
		return o, err
	}
	return o, tx.Commit()
}

// Order with its lines.
func (s *Store) Order(ctx context.Context, id string) (Order, error) {
	o := Order{ID: id}
	err := s.DB.QueryRowContext(ctx, "SELECT email, status, total, created FROM orders WHERE id = ?", id).
		Scan(&o.Email, &o.Status, &o.Total, &o.Created)
	if errors.Is(err, sql.ErrNoRows) {
		return o, ErrNotFound
	}
	if err != nil {
		return o, err
	}
	o.Lines, err = lines(ctx, s.DB,
		"SELECT sku, name, price, quantity FROM order_items WHERE order_id = ? ORDER BY name", id)
	return o, err
}

// Fulfil takes the stock of an order, once: whoever comes second finds that it is done.
// The returned status is empty if there was nothing to do.
func (s *Store) Fulfil(ctx context.Context, id string) (string, error) {
	tx, err := s.DB.BeginTx(ctx, nil)
	if err != nil {
		return "", err
	}
	defer tx.Rollback()
	var status string
	err = tx.QueryRowContext(ctx, "SELECT status FROM orders WHERE id = ? FOR UPDATE", id).Scan(&status)
	if errors.Is(err, sql.ErrNoRows) {
		return "", ErrNotFound
	}
	if err != nil {
		return "", err
	}
	if status != Received {
		return "", nil
	}
	items, err := lines(ctx, tx, "SELECT sku, name, price, quantity FROM order_items WHERE order_id = ? ORDER BY sku", id)
	if err != nil {
		return "", err
	}
	if _, err := tx.ExecContext(ctx, "SAVEPOINT untouched"); err != nil {
		return "", err
	}
	status = Confirmed
	for _, l := range items {
		r, err := tx.ExecContext(ctx, "UPDATE products SET stock = stock - ? WHERE sku = ? AND stock >= ?",
			l.Quantity, l.SKU, l.Quantity)
		if err != nil {
			return "", err
		}
		if n, _ := r.RowsAffected(); n == 0 {
			status = Rejected
			if _, err := tx.ExecContext(ctx, "ROLLBACK TO SAVEPOINT untouched"); err != nil {
				return "", err
			}
			break
		}
	}
	if _, err := tx.ExecContext(ctx, "UPDATE orders SET status = ? WHERE id = ?", status, id); err != nil {
		return "", err
	}
	return status, tx.Commit()
}

// Forgotten lists orders that nobody has worked on for a minute.
func (s *Store) Forgotten(ctx context.Context) ([]string, error) {
	rows, err := s.DB.QueryContext(ctx, `SELECT id FROM orders
		WHERE status = 'received' AND created < NOW() - INTERVAL 1 MINUTE ORDER BY created LIMIT 100`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func lines(ctx context.Context, q querier, query string, args ...any) ([]Line, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := []Line{}
	for rows.Next() {
		var l Line
		if err := rows.Scan(&l.SKU, &l.Name, &l.Price, &l.Quantity); err != nil {
			return nil, err
		}
		found = append(found, l)
	}
	return found, rows.Err()
}
