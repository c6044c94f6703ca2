package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kettleandleaf.example/shop/internal/shop"
)

// memory is a store without a database.
type memory struct {
	down   error
	carts  map[string]*shop.Cart
	orders map[string]shop.Order
}

func newMemory() *memory {
	return &memory{carts: map[string]*shop.Cart{}, orders: map[string]shop.Order{}}
}

var mint = shop.Product{SKU: "mint-50", Name: "Garden mint", Price: 490, Stock: 5}

func (m *memory) Ping(context.Context) error { return m.down }

func (m *memory) Products(context.Context) ([]shop.Product, error) {
	return []shop.Product{mint}, m.down
}

func (m *memory) NewCart(context.Context) (shop.Cart, error) {
	c := &shop.Cart{ID: shop.NewID(), Lines: []shop.Line{}}
	m.carts[c.ID] = c
	return *c, m.down
}

func (m *memory) Cart(_ context.Context, id string) (shop.Cart, error) {
	c, ok := m.carts[id]
	if !ok {
		return shop.Cart{}, shop.ErrNotFound
	}
	return *c, m.down
}

func (m *memory) Put(_ context.Context, id, sku string, n int) error {
	if err := shop.CheckQuantity(n); err != nil {
		return err
	}
	c, ok := m.carts[id]
	if !ok || sku != mint.SKU {
		return shop.ErrNotFound
	}
	c.Lines = []shop.Line{{SKU: sku, Name: mint.Name, Price: mint.Price, Quantity: n}}
	c.Total = shop.Total(c.Lines)
	return m.down
}

func (m *memory) Checkout(_ context.Context, id, email string) (shop.Order, error) {
	c, ok := m.carts[id]
	if !ok {
		return shop.Order{}, shop.ErrNotFound
	}
	if len(c.Lines) == 0 {
		return shop.Order{}, shop.ErrEmptyCart
	}
	o := shop.Order{ID: shop.NewID(), Email: email, Status: shop.Received, Lines: c.Lines, Total: c.Total}
	m.orders[o.ID] = o
	delete(m.carts, id)
	return o, m.down
}

func (m *memory) Order(_ context.Context, id string) (shop.Order, error) {
	o, ok := m.orders[id]
	if !ok {
		return o, shop.ErrNotFound
	}
	return o, m.down
}

type client struct {
	t *testing.T
	h http.Handler
}

func (c client) call(method, path, body string, want int, into any) {
	c.t.Helper()
	w := httptest.NewRecorder()
	c.h.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
	if w.Code != want {
		c.t.Fatalf("%s %s: %d, not %d: %s", method, path, w.Code, want, w.Body)
	}
	if into != nil {
		if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
			c.t.Fatal(err)
		}
	}
}

func TestCheckout(t *testing.T) {
	var announced []string
	site := &Site{Store: newMemory(), Announce: func(_ context.Context, id string) error {
		announced = append(announced, id)
		return nil
	}}
	c := client{t, site.Handler()}

	var cart shop.Cart
	c.call("POST", "/api/carts", "", 201, &cart)
	c.call("POST", "/api/carts/"+cart.ID+"/checkout", `{"email":"ann@example.com"}`, 422, nil)
	c.call("PUT", "/api/carts/"+cart.ID+"/items/mint-50", `{"quantity":3}`, 200, &cart)
	if cart.Total != 1470 {
		t.Errorf("total %d", cart.Total)
	}
	c.call("POST", "/api/carts/"+cart.ID+"/checkout", `{"email":"nobody"}`, 422, nil)
	var done struct{ Order, Status string }
	c.call("POST", "/api/carts/"+cart.ID+"/checkout", `{"email":"ann@example.com"}`, 202, &done)
	if done.Status != shop.Received || len(announced) != 1 || announced[0] != done.Order {
		t.Errorf("%+v, announced %v", done, announced)
	}
	c.call("GET", "/api/orders/"+done.Order, "", 200, nil)
	c.call("GET", "/api/carts/"+cart.ID, "", 404, nil)
}

func TestCheckoutSurvivesADeadBroker(t *testing.T) {
	site := &Site{Store: newMemory(), Announce: func(context.Context, string) error {
		return errors.New("no broker")
	}}
	c := client{t, site.Handler()}
	var cart shop.Cart
	c.call("POST", "/api/carts", "", 201, &cart)
	c.call("PUT", "/api/carts/"+cart.ID+"/items/mint-50", `{"quantity":1}`, 200, nil)
	c.call("POST", "/api/carts/"+cart.ID+"/checkout", `{"email":"ann@example.com"}`, 202, nil)
}

func TestRefusals(t *testing.T) {
	c := client{t, (&Site{Store: newMemory()}).Handler()}
	c.call("GET", "/api/carts/x", "", 404, nil)
	c.call("GET", "/api/orders/x", "", 404, nil)
	var cart shop.Cart
	c.call("POST", "/api/carts", "", 201, &cart)
	c.call("PUT", "/api/carts/"+cart.ID+"/items/mint-50", `{"quantity":99}`, 422, nil)
	c.call("PUT", "/api/carts/"+cart.ID+"/items/coffee", `{"quantity":1}`, 404, nil)
	c.call("PUT", "/api/carts/"+cart.ID+"/items/mint-50", `quantity`, 400, nil)
}

func TestHealth(t *testing.T) {
	m := newMemory()
	c := client{t, (&Site{Store: m}).Handler()}
	c.call("GET", "/health", "", 200, nil)
	m.down = errors.New("gone away")
	c.call("GET", "/health", "", 503, nil)
	c.call("GET", "/api/products", "", 500, nil)
}

func TestPages(t *testing.T) {
	m := newMemory()
	site := &Site{Store: m, Announce: func(context.Context, string) error { return nil }}
	h := site.Handler()
	form := func(path, body string, cookies []*http.Cookie) *httptest.ResponseRecorder {
		r := httptest.NewRequest("POST", path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for _, c := range cookies {
			r.AddCookie(c)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	added := form("/cart", "sku=mint-50&quantity=2", nil)
	if added.Code != 303 {
		t.Fatalf("%d %s", added.Code, added.Body)
	}
	ordered := form("/checkout", "email=ann@example.com", added.Result().Cookies())
	if ordered.Code != 303 {
		t.Fatalf("%d %s", ordered.Code, ordered.Body)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", ordered.Header().Get("Location"), nil))
	if w.Code != 200 || !strings.Contains(w.Body.String(), "2 × Garden mint") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	w = httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != 200 || !strings.Contains(w.Body.String(), "4.90 €") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
