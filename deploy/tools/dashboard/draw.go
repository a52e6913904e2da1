package main

import (
	"cmp"
	"fmt"
	"html"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// How large a cell of the grid is, as in Grafana on a screen of 1600 pixels.
const (
	cellWidth  = 66.0
	cellHeight = 38.0
	gap        = 8.0
)

const style = `<!doctype html><meta charset="utf-8"><style>
body { margin: 0; overflow: hidden; background: #111217; color: #ccccdc; font: 13px system-ui, sans-serif }
div.p { position: absolute; background: #181b1f; border: 1px solid #2a2d34; border-radius: 2px; overflow: hidden; box-sizing: border-box }
div.r { position: absolute; font-size: 15px; font-weight: 500; padding: 8px 4px } h2 { font-size: 13px; font-weight: 500; margin: 6px 8px }
div.s { display: flex; position: absolute; inset: 28px 4px 4px; gap: 3px } div.s div { flex: 1; border-radius: 2px; display: flex; flex-direction: column; align-items: center;
justify-content: center; font-weight: 500; min-width: 0; text-align: center } div.s small { font-size: 12px; font-weight: 400; overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100%; font-size: 12px } th { text-align: left; color: #6e9fff; font-weight: 500 } th, td { padding: 4px 8px; border-bottom: 1px solid #2a2d34 }
p.l { position: absolute; left: 8px; right: 8px; bottom: 2px; margin: 0; font-size: 11px; max-height: 32px; overflow: hidden } i { display: inline-block; width: 12px; height: 3px; margin: 0 4px 3px 0 }
svg { position: absolute; left: 0; top: 26px } text { fill: #8e8e9b; font-size: 10px } p.n { text-align: center; color: #8e8e9b; margin-top: 30px }
</style>
`

var palette = []string{"#73bf69", "#f2cc0c", "#8ab8ff", "#ff780a", "#f2495c", "#5794f2", "#b877d9", "#705da0", "#37872d", "#fade2a"}

var colours = map[string]string{"green": "#299c46", "red": "#d44a3a", "orange": "#e0782a", "blue": "#1f60c4", "text": "#181b1f"}

func draw(w io.Writer, b board, p prometheus) error {
	fmt.Fprint(w, style)
	for _, panel := range b.Panels {
		class, body := "p", ""
		var err error
		switch panel.Type {
		case "row":
			class = "r"
		case "stat":
			body, err = panel.stat(p)
		case "table":
			body, err = panel.table(p)
		case "timeseries":
			body, err = panel.lines(p)
		default:
			err = fmt.Errorf("panels of the type %s cannot be drawn", panel.Type)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", panel.Title, err)
		}
		g := panel.GridPos
		fmt.Fprintf(w, `<div class="%s" style="left:%.0fpx;top:%.0fpx;width:%.0fpx;height:%.0fpx"><h2>%s</h2>%s</div>`+"\n", class, gap+float64(g.X)*cellWidth, gap+float64(g.Y)*cellHeight,
			float64(g.W)*cellWidth-gap, float64(g.H)*cellHeight-gap, html.EscapeString(panel.Title), body)
	}
	return nil
}

func number(v any) float64 {
	f, err := strconv.ParseFloat(fmt.Sprint(v), 64)
	if err != nil {
		return math.NaN()
	}
	return f
}

// name is what a legend calls a series.
func name(format string, labels map[string]string) string {
	if format == "" {
		var all []string
		for _, k := range slices.Sorted(maps.Keys(labels)) {
			all = append(all, k+"="+labels[k])
		}
		return strings.Join(all, " ")
	}
	for k, v := range labels {
		format = strings.ReplaceAll(format, "{{"+k+"}}", v)
	}
	return format
}

func (p *panel) format(v float64) string {
	for _, m := range p.FieldConfig.Defaults.Mappings {
		if text := m.Options[strconv.FormatFloat(v, 'f', -1, 64)].Text; text != "" {
			return text
		}
	}
	switch p.FieldConfig.Defaults.Unit {
	case "bytes":
		for _, unit := range []string{"B", "KiB", "MiB", "GiB", "TiB"} {
			if math.Abs(v) < 1024 || unit == "TiB" {
				return fmt.Sprintf("%.3g %s", v, unit)
			}
			v /= 1024
		}
	case "s":
		if v > 0 && v < 1 {
			return fmt.Sprintf("%.3g ms", v*1000)
		}
		if v >= 60 {
			return time.Duration(v * float64(time.Second)).Round(time.Second).String()
		}
		return fmt.Sprintf("%.3g s", v)
	case "dateTimeFromNow":
		return time.Until(time.UnixMilli(int64(v))).Round(time.Second).String()
	case "ops", "rps":
		return fmt.Sprintf("%.3g/s", v)
	}
	return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64)
}

func (p *panel) colour(v float64) string {
	is := "text"
	for _, s := range p.FieldConfig.Defaults.Thresholds.Steps {
		if s.Value == nil || v >= *s.Value {
			is = s.Color
		}
	}
	return cmp.Or(colours[is], is)
}

func (p *panel) stat(from prometheus) (string, error) {
	var b strings.Builder
	b.WriteString(`<div class="s">`)
	for _, target := range p.Targets {
		all, err := from.query(target.Expr, false)
		if err != nil {
			return "", err
		}
		for _, s := range all {
			v := number(s.Value[1])
			label, text := name(target.LegendFormat, s.Metric), p.format(v)
			background := "none"
			if p.Options.ColorMode == "background" {
				background = p.colour(v)
			}
			size := 30
			switch p.Options.TextMode {
			case "name":
				text, label, size = label, "", 16
			case "value":
				label = ""
			default:
				size = 20
			}
			fmt.Fprintf(&b, `<div style="background:%s;font-size:%dpx">%s<small>%s</small></div>`, background, size, html.EscapeString(text), html.EscapeString(label))
		}
		if len(all) == 0 {
			fmt.Fprintf(&b, `<div style="font-size:20px">%s</div>`, html.EscapeString(p.FieldConfig.Defaults.NoValue))
		}
	}
	return b.String() + "</div>", nil
}

// shown returns how a column shows a text, and in which colour.
func (p *panel) shown(column, text string) (shown, colour string) {
	for _, o := range p.FieldConfig.Overrides {
		if o.Matcher.Options != column {
			continue
		}
		for _, property := range o.Properties {
			mappings, ok := property.Value.([]any)
			if property.ID != "mappings" || !ok {
				continue
			}
			for _, m := range mappings {
				options, _ := m.(map[string]any)["options"].(map[string]any)
				if to, ok := options[text].(map[string]any); ok {
					return fmt.Sprint(to["text"]), fmt.Sprint(to["color"])
				}
			}
		}
	}
	return text, "inherit"
}

// lineColour is the colour that a panel gives a series of a name; "" if none.
func (p *panel) lineColour(name string) string {
	for _, o := range p.FieldConfig.Overrides {
		for _, property := range o.Properties {
			if value, ok := property.Value.(map[string]any); ok && o.Matcher.Options == name && property.ID == "color" {
				fixed := fmt.Sprint(value["fixedColor"])
				return cmp.Or(map[string]string{"green": "#73bf69", "red": "#f2495c", "orange": "#ff9830", "blue": "#5794f2", "purple": "#b877d9"}[fixed], fixed)
			}
		}
	}
	return ""
}

func (p *panel) table(from prometheus) (string, error) {
	all, err := from.query(p.Targets[0].Expr, false)
	if err != nil {
		return "", err
	}
	if len(all) == 0 {
		return fmt.Sprintf(`<p class="n">%s</p>`, html.EscapeString(p.FieldConfig.Defaults.NoValue)), nil
	}
	how := p.Transformations[0].Options
	columns := map[string]bool{"Value": true}
	for _, s := range all {
		for k := range s.Metric {
			columns[k] = true
		}
	}
	shown := slices.DeleteFunc(slices.Sorted(maps.Keys(columns)), func(c string) bool { return how.ExcludeByName[c] })
	slices.SortStableFunc(shown, func(a, b string) int { return cmp.Compare(how.IndexByName[a], how.IndexByName[b]) })
	var b strings.Builder
	b.WriteString("<table><tr>")
	for _, c := range shown {
		fmt.Fprintf(&b, "<th>%s</th>", html.EscapeString(cmp.Or(how.RenameByName[c], c)))
	}
	for _, s := range all {
		b.WriteString("</tr><tr>")
		for _, c := range shown {
			text := s.Metric[c]
			if c == "Value" {
				text = p.format(number(s.Value[1]))
			}
			text, colour := p.shown(cmp.Or(how.RenameByName[c], c), text)
			fmt.Fprintf(&b, `<td style="color:%s">%s</td>`, colour, html.EscapeString(text))
		}
	}
	return b.String() + "</tr></table>", nil
}

// line is a series with its points on the grid of time; NaN where there is none.
type line struct {
	name   string
	values []float64
}

func (p *panel) lines(from prometheus) (string, error) {
	count := int(from.to.Sub(from.from)/from.step) + 1
	var all []line
	for _, target := range p.Targets {
		found, err := from.query(target.Expr, true)
		if err != nil {
			return "", err
		}
		for _, s := range found {
			l := line{name(target.LegendFormat, s.Metric), make([]float64, count)}
			for i := range l.values {
				l.values[i] = math.NaN()
			}
			for _, v := range s.Values {
				if i := int(math.Round((number(v[0]) - float64(from.from.Unix())) / from.step.Seconds())); i >= 0 && i < count {
					l.values[i] = number(v[1])
				}
			}
			all = append(all, l)
		}
	}
	if len(all) == 0 {
		return `<p class="n">No data</p>`, nil
	}
	return p.plot(all, from), nil
}

func (p *panel) plot(all []line, from prometheus) string {
	width, height := float64(p.GridPos.W)*cellWidth-gap, float64(p.GridPos.H)*cellHeight-gap-26-36
	stacked := p.FieldConfig.Defaults.Custom.Stacking.Mode == "normal"
	base := make([]float64, len(all[0].values))
	most := 0.0
	tops := make([][]float64, len(all))
	for i, l := range all {
		tops[i] = make([]float64, len(l.values))
		for j, v := range l.values {
			tops[i][j] = v
			if stacked && !math.IsNaN(v) {
				base[j] += v
				tops[i][j] = base[j]
			}
			if !math.IsNaN(tops[i][j]) {
				most = max(most, tops[i][j])
			}
		}
	}
	most = cmp.Or(most, 1) * 1.1
	x := func(j int) float64 { return 56 + float64(j)*(width-68)/float64(len(base)-1) }
	y := func(v float64) float64 { return height - 16 - v/most*(height-22) }
	var b, legend strings.Builder
	fmt.Fprintf(&b, `<svg width="%.0f" height="%.0f">`, width, height)
	for _, part := range []float64{0, 0.5, 1} {
		v := most / 1.1 * part
		fmt.Fprintf(&b, `<path d="M56 %.1fH%.1f" stroke="#2a2d34"/><text x="50" y="%.1f" text-anchor="end">%s</text>`, y(v), width-12, y(v)+3, html.EscapeString(p.format(v)))
	}
	for _, part := range []float64{0, 0.5, 1} {
		at := from.from.Add(time.Duration(part * float64(from.to.Sub(from.from))))
		fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" text-anchor="middle">%s</text>`, min(56+part*(width-68), width-24), height-2, at.Format("15:04"))
	}
	for i := len(all) - 1; i >= 0; i-- { // the highest first, so that the areas of lower ones cover it
		l := all[i]
		colour := cmp.Or(p.lineColour(l.name), palette[i%len(palette)])
		path, move, first, last := "", "M", -1, 0
		for j, v := range tops[i] {
			if math.IsNaN(v) {
				move = "M"
				continue
			}
			path += fmt.Sprintf("%s%.1f %.1f", move, x(j), y(v))
			move = "L"
			if last = j; first < 0 {
				first = j
			}
		}
		if first < 0 {
			continue
		}
		if stacked {
			fmt.Fprintf(&b, `<path d="%sL%.1f %.1fL%.1f %.1fZ" fill="#181b1f"/><path d="%sL%.1f %.1fL%.1f %.1fZ" fill="%s" fill-opacity="0.35"/>`, path, x(last), y(0), x(first), y(0), path, x(last), y(0),
				x(first), y(0), colour)
		}
		fmt.Fprintf(&b, `<path d="%s" fill="none" stroke="%s" stroke-width="1.5"/>`, path, colour)
		fmt.Fprintf(&legend, `<i style="background:%s"></i>%s &nbsp; `, colour, html.EscapeString(l.name))
	}
	return b.String() + `</svg><p class="l">` + legend.String() + "</p>"
}
