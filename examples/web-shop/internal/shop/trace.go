package shop

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"net"
	"strconv"

	"github.com/XSAM/otelsql"
	"github.com/go-sql-driver/mysql"
	semconv "go.opentelemetry.io/otel/semconv/v1.37.0"
	"go.opentelemetry.io/otel/trace"
)

// open is sql.Open with a span for each statement, if it is part of something that is traced.
func open(dsn string) (*sql.DB, error) {
	told := otelsql.WithAttributes(semconv.DBSystemNameMariaDB)
	if c, err := mysql.ParseDSN(dsn); err == nil {
		host, port, _ := net.SplitHostPort(c.Addr)
		number, _ := strconv.Atoi(port)
		told = otelsql.WithAttributes(semconv.DBSystemNameMariaDB, semconv.DBNamespace(c.DBName),
			semconv.ServerAddress(host), semconv.ServerPort(number))
	}
	return otelsql.Open("mysql", dsn, told, otelsql.WithSpanOptions(otelsql.SpanOptions{
		DisableErrSkip:       true,
		OmitConnPrepare:      true,
		OmitConnResetSession: true,
		OmitRows:             true,
		SpanFilter: func(ctx context.Context, _ otelsql.Method, _ string, _ []driver.NamedValue) bool {
			return trace.SpanContextFromContext(ctx).IsValid()
		},
	}))
}
