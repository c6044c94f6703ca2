// Package config reads what the processes need from the environment.
package config

import (
	"fmt"
	"log"
	"os"
)

// DSN of the database, for go-sql-driver/mysql.
func DSN() string {
	return fmt.Sprintf("%s:%s@tcp(%s)/%s?parseTime=true&interpolateParams=true&timeout=3s&readTimeout=5s&writeTimeout=5s",
		Get("DB_USER", "shop"), Must("DB_PASSWORD"), Get("DB_HOST", "db:3306"), Get("DB_NAME", "shop"))
}

// AMQP is the URL of the broker.
func AMQP() string {
	return Must("AMQP_URL")
}

// Get returns a variable or its default.
func Get(name, fallback string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return fallback
}

// Must returns a variable, or ends the process.
func Must(name string) string {
	v := os.Getenv(name)
	if v == "" {
		log.Fatalf("%s is not set", name)
	}
	return v
}
