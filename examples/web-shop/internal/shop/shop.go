// Package shop holds the domain: products, carts and orders.
package shop

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"
)

// Errors that the web layer turns into answers.
var (
	ErrNotFound  = errors.New("not found")
	ErrEmptyCart = errors.New("the cart is empty")
	ErrQuantity  = errors.New("quantity must be between 1 and 20")
	ErrEmail     = errors.New("that is not an e-mail address")
)

// States of an order.
const (
	Received  = "received"
	Confirmed = "confirmed"
	Rejected  = "rejected"
)

// Product is one thing that we sell. Prices are in cents.
type Product struct {
	SKU   string `json:"sku"`
	Name  string `json:"name"`
	Blurb string `json:"blurb"`
	Price int64  `json:"price"`
	Stock int    `json:"stock"`
}

// Line of a cart or an order.
type Line struct {
	SKU      string `json:"sku"`
	Name     string `json:"name"`
	Price    int64  `json:"price"`
	Quantity int    `json:"quantity"`
}

// Cart of one visitor.
type Cart struct {
	ID    string `json:"id"`
	Lines []Line `json:"lines"`
	Total int64  `json:"total"`
}

// Order is a cart that was checked out.
type Order struct {
	ID      string    `json:"id"`
	Email   string    `json:"-"`
	Status  string    `json:"status"`
	Total   int64     `json:"total"`
	Lines   []Line    `json:"lines"`
	Created time.Time `json:"created"`
}

// Total of some lines, in cents.
func Total(lines []Line) int64 {
	var sum int64
	for _, l := range lines {
		sum += l.Price * int64(l.Quantity)
	}
	return sum
}

// NewID is a random public id, 32 hex digits.
func NewID() string {
	b := make([]byte, 16)
	if _, err := rand.Read(b); err != nil {
		panic(err)
	}
	return hex.EncodeToString(b)
}

// CheckQuantity says whether somebody may order that many of one product.
func CheckQuantity(n int) error {
	if n < 1 || n > 20 {
		return ErrQuantity
	}
	return nil
}

// CheckEmail returns the bare address.
func CheckEmail(s string) (string, error) {
	a, err := mail.ParseAddress(strings.TrimSpace(s))
	if err != nil || len(a.Address) > 190 {
		return "", ErrEmail
	}
	return a.Address, nil
}

// Euros formats cents.
func Euros(cents int64) string {
	return fmt.Sprintf("%d.%02d €", cents/100, cents%100)
}
