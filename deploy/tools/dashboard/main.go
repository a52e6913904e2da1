// Command dashboard draws the dashboard of Grafana as a web page, from its own queries to a Prometheus:
//
//	go run ./dashboard --prometheus http://127.0.0.1:9090 --for 15m > inlet.html
//	chromium --headless --window-size=1600,1000 --screenshot=inlet.png inlet.html
//
// It knows stat, table and timeseries as far as the dashboard uses them. It is there to see whether the dashboard says at a glance what it should, where no
// Grafana is at hand; colours, sizes and texts are as Grafana has them, fonts and legends only nearly.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// board is what the page is drawn from.
type board struct {
	Title  string
	Panels []panel
}

type panel struct {
	Type, Title string
	GridPos     struct{ X, Y, W, H int }
	Targets     []struct{ Expr, LegendFormat string }
	Options     struct{ ColorMode, TextMode string }
	FieldConfig struct {
		Defaults  defaults
		Overrides []override
	}
	Transformations []struct{ Options organize }
}

type defaults struct {
	Unit, NoValue string
	Custom        struct{ Stacking struct{ Mode string } }
	Thresholds    struct{ Steps []step }
	Mappings      []struct {
		Options map[string]struct{ Text string }
	}
}

type step struct {
	Color string
	Value *float64
}

// override is what a panel says of one series or column.
type override struct {
	Matcher    struct{ Options string }
	Properties []struct {
		ID    string
		Value any
	}
}

type organize struct {
	ExcludeByName map[string]bool
	IndexByName   map[string]int
	RenameByName  map[string]string
}

// prometheus is where the queries go.
type prometheus struct {
	url  string
	from time.Time
	to   time.Time
	step time.Duration
}

// series is one of an answer: its labels, and its points.
type series struct {
	Metric map[string]string
	Value  [2]any
	Values [][2]any
}

func (p prometheus) query(expr string, ranged bool) ([]series, error) {
	expr = strings.NewReplacer("$instance", ".*", "$inbox", ".*", "$__rate_interval", "1m").Replace(expr)
	form := url.Values{"query": {expr}, "time": {fmt.Sprint(p.to.Unix())}}
	path := "/api/v1/query"
	if ranged {
		path = "/api/v1/query_range"
		form.Set("start", fmt.Sprint(p.from.Unix()))
		form.Set("end", fmt.Sprint(p.to.Unix()))
		form.Set("step", fmt.Sprint(p.step.Seconds()))
	}
	resp, err := http.PostForm(p.url+path, form)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var answer struct {
		Error string
		Data  struct{ Result []series }
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return nil, err
	}
	if answer.Error != "" {
		return nil, fmt.Errorf("%s: %s", expr, answer.Error)
	}
	return answer.Data.Result, nil
}

func main() {
	until := flag.String("until", "", "the last minute that is drawn, as 2026-11-30T18:00:00Z; now without it")
	address := flag.String("prometheus", "http://127.0.0.1:9090", "address of Prometheus")
	length := flag.Duration("for", time.Hour, "how much is drawn, until now")
	path := flag.String("dashboard", "../grafana/inlet.json", "the dashboard")
	flag.Parse()
	if err := run(*address, *path, *until, *length); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(address, path, until string, length time.Duration) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var b board
	if err := json.Unmarshal(text, &b); err != nil {
		return err
	}
	now := time.Now()
	if until != "" {
		if now, err = time.Parse(time.RFC3339, until); err != nil {
			return err
		}
	}
	p := prometheus{address, now.Add(-length), now, max(time.Second, (length / 300).Round(time.Second))}
	return draw(os.Stdout, b, p)
}
