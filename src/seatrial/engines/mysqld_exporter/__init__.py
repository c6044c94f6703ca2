"""The exporter of MySQL and MariaDB: the product's own syntax, without a promise to the user."""
