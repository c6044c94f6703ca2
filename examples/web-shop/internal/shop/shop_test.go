package shop

import (
	"errors"
	"testing"
)

func TestTotal(t *testing.T) {
	lines := []Line{{Price: 1450, Quantity: 2}, {Price: 390, Quantity: 1}}
	if got := Total(lines); got != 3290 {
		t.Errorf("got %d", got)
	}
	if got := Total(nil); got != 0 {
		t.Errorf("an empty cart costs %d", got)
	}
}

func TestCheckQuantity(t *testing.T) {
	for n, ok := range map[int]bool{-1: false, 0: false, 1: true, 20: true, 21: false} {
		if err := CheckQuantity(n); (err == nil) != ok {
			t.Errorf("%d: %v", n, err)
		}
	}
}

func TestCheckEmail(t *testing.T) {
	got, err := CheckEmail(" Ann <ann@example.com> ")
	if err != nil || got != "ann@example.com" {
		t.Errorf("%q, %v", got, err)
	}
	for _, s := range []string{"", "ann", "ann@", "a b@example.com"} {
		if _, err := CheckEmail(s); !errors.Is(err, ErrEmail) {
			t.Errorf("%q passed", s)
		}
	}
}

func TestEuros(t *testing.T) {
	for cents, want := range map[int64]string{0: "0.00 €", 5: "0.05 €", 1450: "14.50 €"} {
		if got := Euros(cents); got != want {
			t.Errorf("%d: %s", cents, got)
		}
	}
}

func TestNewIDIsUnique(t *testing.T) {
	a, b := NewID(), NewID()
	if len(a) != 32 || a == b {
		t.Errorf("%s, %s", a, b)
	}
}
