CREATE TABLE IF NOT EXISTS products (
  sku   VARCHAR(40) PRIMARY KEY,
  name  VARCHAR(120) NOT NULL,
  blurb VARCHAR(400) NOT NULL DEFAULT '',
  price INT NOT NULL,
  stock INT NOT NULL
);
CREATE TABLE IF NOT EXISTS carts (
  id      CHAR(32) PRIMARY KEY,
  created TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE IF NOT EXISTS cart_items (
  cart     CHAR(32) NOT NULL,
  sku      VARCHAR(40) NOT NULL,
  quantity INT NOT NULL,
  PRIMARY KEY (cart, sku),
  FOREIGN KEY (cart) REFERENCES carts (id) ON DELETE CASCADE,
  FOREIGN KEY (sku) REFERENCES products (sku)
);
CREATE TABLE IF NOT EXISTS orders (
  id      CHAR(32) PRIMARY KEY,
  email   VARCHAR(190) NOT NULL,
  status  VARCHAR(20) NOT NULL,
  total   INT NOT NULL,
  created TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  KEY by_status (status, created)
);
CREATE TABLE IF NOT EXISTS order_items (
  order_id CHAR(32) NOT NULL,
  sku      VARCHAR(40) NOT NULL,
  name     VARCHAR(120) NOT NULL,
  price    INT NOT NULL,
  quantity INT NOT NULL,
  PRIMARY KEY (order_id, sku),
  FOREIGN KEY (order_id) REFERENCES orders (id)
);
INSERT IGNORE INTO products (sku, name, blurb, price, stock) VALUES
  ('sencha-100', 'Sencha, 100 g', 'First flush from Uji. Grassy, bright.', 1450, 500000),
  ('assam-250', 'Assam, 250 g', 'For people who take milk.', 1190, 500000),
  ('mint-50', 'Garden mint, 50 g', 'No caffeine, all summer.', 490, 500000),
  ('kettle-12', 'Kettle, 1.2 l', 'Enamel, whistles in A flat.', 5900, 500000),
  ('cup-blue', 'Cup, blue', 'Thrown by hand, slightly crooked.', 1800, 500000)
