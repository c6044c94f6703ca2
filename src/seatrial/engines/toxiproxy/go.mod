module tool

go 1.26

require github.com/Shopify/toxiproxy/v2 v2.12.0
