// Package web is the storefront: pages for people, JSON for the app.
package web

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"

	"kettleandleaf.example/shop/internal/shop"
)

//go:embed templates/*.html
var files embed.FS

var pages = template.Must(template.New("").
	Funcs(template.FuncMap{"euros": shop.Euros}).ParseFS(files, "templates/*.html"))

// Store is what the storefront needs of the database.
type Store interface {
	Ping(ctx context.Context) error
	Products(ctx context.Context) ([]shop.Product, error)
	NewCart(ctx context.Context) (shop.Cart, error)
	Cart(ctx context.Context, id string) (shop.Cart, error)
	Put(ctx context.Context, cart, sku string, quantity int) error
	Checkout(ctx context.Context, cart, email string) (shop.Order, error)
	Order(ctx context.Context, id string) (shop.Order, error)
}

// Site answers requests.
type Site struct {
	Store Store
	// Announce tells the order worker about a new order.
	Announce func(ctx context.Context, order string) error
}

// Handler routes.
func (s *Site) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.home)
	mux.HandleFunc("GET /cart", s.cartPage)
	mux.HandleFunc("POST /cart", s.addToCart)
	mux.HandleFunc("POST /checkout", s.checkoutPage)
	mux.HandleFunc("GET /orders/{id}", s.orderPage)

	mux.HandleFunc("GET /api/products", s.products)
	mux.HandleFunc("POST /api/carts", s.newCart)
	mux.HandleFunc("GET /api/carts/{id}", s.cart)
	mux.HandleFunc("PUT /api/carts/{id}/items/{sku}", s.put)
	mux.HandleFunc("POST /api/carts/{id}/checkout", s.checkout)
	mux.HandleFunc("GET /api/orders/{id}", s.order)

	mux.HandleFunc("GET /health", s.health)
	return traced(logged(mux))
}

func (s *Site) health(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if err := s.Store.Ping(ctx); err != nil {
		http.Error(w, "database: "+err.Error(), http.StatusServiceUnavailable)
		return
	}
	w.Write([]byte("ok\n"))
}

// checkOut makes the order. If the worker cannot be told now, its own sweep finds the order later.
func (s *Site) checkOut(ctx context.Context, cart, email string) (shop.Order, error) {
	email, err := shop.CheckEmail(email)
	if err != nil {
		return shop.Order{}, err
	}
	o, err := s.Store.Checkout(ctx, cart, email)
	if err != nil {
		return o, err
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	if err := s.Announce(ctx, o.ID); err != nil {
		slog.WarnContext(ctx, "not announced", "order", o.ID, "error", err.Error())
	}
	return o, nil
}

func (s *Site) products(w http.ResponseWriter, r *http.Request) {
	products, err := s.Store.Products(r.Context())
	answer(w, http.StatusOK, products, err)
}

func (s *Site) newCart(w http.ResponseWriter, r *http.Request) {
	cart, err := s.Store.NewCart(r.Context())
	answer(w, http.StatusCreated, cart, err)
}

func (s *Site) cart(w http.ResponseWriter, r *http.Request) {
	cart, err := s.Store.Cart(r.Context(), r.PathValue("id"))
	answer(w, http.StatusOK, cart, err)
}

func (s *Site) put(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Quantity int `json:"quantity"`
	}
	if !read(w, r, &body) {
		return
	}
	id := r.PathValue("id")
	if err := s.Store.Put(r.Context(), id, r.PathValue("sku"), body.Quantity); err != nil {
		answer(w, 0, nil, err)
		return
	}
	cart, err := s.Store.Cart(r.Context(), id)
	answer(w, http.StatusOK, cart, err)
}

func (s *Site) checkout(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Email string `json:"email"`
	}
	if !read(w, r, &body) {
		return
	}
	o, err := s.checkOut(r.Context(), r.PathValue("id"), body.Email)
	answer(w, http.StatusAccepted, map[string]string{"order": o.ID, "status": o.Status}, err)
}

func (s *Site) order(w http.ResponseWriter, r *http.Request) {
	o, err := s.Store.Order(r.Context(), r.PathValue("id"))
	answer(w, http.StatusOK, o, err)
}

func read(w http.ResponseWriter, r *http.Request, into any) bool {
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(into); err != nil {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		json.NewEncoder(w).Encode(map[string]string{"error": "that is not JSON"})
		return false
	}
	return true
}

func answer(w http.ResponseWriter, status int, body any, err error) {
	if err != nil {
		status = statusOf(err)
		body = map[string]string{"error": told(err, status)}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}

func statusOf(err error) int {
	switch {
	case errors.Is(err, shop.ErrNotFound):
		return http.StatusNotFound
	case errors.Is(err, shop.ErrEmptyCart), errors.Is(err, shop.ErrQuantity), errors.Is(err, shop.ErrEmail):
		return http.StatusUnprocessableEntity
	}
	return http.StatusInternalServerError
}

func told(err error, status int) string {
	if status == http.StatusInternalServerError {
		slog.Error("request failed", "error", err.Error())
		return "something went wrong"
	}
	return err.Error()
}

const cookie = "cart"

// visitor returns the cart of the browser, an empty one if it has none.
func (s *Site) visitor(r *http.Request) (shop.Cart, error) {
	c, err := r.Cookie(cookie)
	if err != nil {
		return shop.Cart{}, nil
	}
	cart, err := s.Store.Cart(r.Context(), c.Value)
	if errors.Is(err, shop.ErrNotFound) {
		return shop.Cart{}, nil
	}
	return cart, err
}

func (s *Site) home(w http.ResponseWriter, r *http.Request) {
	products, err := s.Store.Products(r.Context())
	page(w, "home.html", products, err)
}

func (s *Site) cartPage(w http.ResponseWriter, r *http.Request) {
	cart, err := s.visitor(r)
	page(w, "cart.html", cart, err)
}

func (s *Site) addToCart(w http.ResponseWriter, r *http.Request) {
	cart, err := s.visitor(r)
	if err == nil && cart.ID == "" {
		cart, err = s.Store.NewCart(r.Context())
	}
	if err == nil {
		quantity, _ := strconv.Atoi(r.FormValue("quantity"))
		err = s.Store.Put(r.Context(), cart.ID, r.FormValue("sku"), quantity)
	}
	if err != nil {
		page(w, "", nil, err)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: cookie, Value: cart.ID, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	http.Redirect(w, r, "/cart", http.StatusSeeOther)
}

func (s *Site) checkoutPage(w http.ResponseWriter, r *http.Request) {
	cart, err := s.visitor(r)
	var o shop.Order
	if err == nil {
		o, err = s.checkOut(r.Context(), cart.ID, r.FormValue("email"))
	}
	if err != nil {
		page(w, "", nil, err)
		return
	}
	http.Redirect(w, r, "/orders/"+o.ID, http.StatusSeeOther)
}

func (s *Site) orderPage(w http.ResponseWriter, r *http.Request) {
	o, err := s.Store.Order(r.Context(), r.PathValue("id"))
	page(w, "order.html", o, err)
}

func page(w http.ResponseWriter, name string, data any, err error) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err != nil {
		status := statusOf(err)
		w.WriteHeader(status)
		name, data = "error.html", told(err, status)
	}
	if err := pages.ExecuteTemplate(w, name, data); err != nil {
		slog.Error("page", "name", name, "error", err.Error())
	}
}

type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// traced makes a span of each request, called what mux calls it: "GET /api/carts/{id}".
func traced(next http.Handler) http.Handler {
	return otelhttp.NewHandler(next, "request",
		otelhttp.WithFilter(func(r *http.Request) bool { return r.URL.Path != "/health" }),
		otelhttp.WithSpanNameFormatter(func(_ string, r *http.Request) string {
			if r.Pattern != "" {
				return r.Pattern
			}
			return r.Method
		}))
}

func logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/health" {
			next.ServeHTTP(w, r)
			return
		}
		began := time.Now()
		rec := &recorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(rec, r)
		slog.InfoContext(r.Context(), "request", "method", r.Method, "path", r.URL.Path, "status", rec.status, "ms", time.Since(began).Milliseconds())
	})
}
