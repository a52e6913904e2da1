package notify

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"inlet.example/inlet/daemon/notify/sanitize"
	"inlet.example/inlet/pipeline/report"
)

// object is a JSON object of a chat's message format.
type object map[string]any

// slack returns the notice as a message for Slack's incoming webhooks. Text from a workbook is in plain_text, where nothing is a link, a mention or
// bold. The field text, which Slack shows in notifications, is markup and therefore escaped.
func slack(n *Notice) ([]byte, error) {
	t := renderChat(n)
	blocks := []object{
		{"type": "header", "text": plainText(sanitize.Truncate(t.Subject, 150))}, // Slack's limit, as is 3000 below
	}
	for _, text := range t.paragraphs() {
		blocks = append(blocks, object{"type": "section", "text": plainText(sanitize.Truncate(text, 3000))})
	}
	if t.Page != "" {
		link := "<" + strings.NewReplacer("&", "&amp;", "<", "%3C", ">", "%3E", "|", "%7C").Replace(t.Page) + "|" + t.More + ">"
		blocks = append(blocks, object{"type": "section", "text": object{"type": "mrkdwn", "text": link}})
	}
	escaped := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(t.Subject)
	return json.Marshal(object{"text": escaped, "blocks": blocks})
}

func plainText(s string) object { return object{"type": "plain_text", "text": s, "emoji": false} }

// teams returns the notice as an Adaptive Card for Teams' workflows. TextBlock renders Markdown, so text from a workbook is in the text runs of a
// RichTextBlock, which do not.
func teams(n *Notice) ([]byte, error) {
	t := renderChat(n)
	body := []object{textRun(object{"text": t.Subject, "weight": "Bolder", "size": "Medium"})}
	for _, text := range t.paragraphs() {
		for line := range strings.SplitSeq(text, "\n") {
			body = append(body, textRun(object{"text": line}))
		}
	}
	card := object{"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
		"lang": t.Language, "body": body}
	if t.Page != "" {
		card["actions"] = []object{{"type": "Action.OpenUrl", "title": t.More, "url": t.Page}}
	}
	return json.Marshal(object{"type": "message", "attachments": []object{
		{"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": nil, "content": card}}})
}

func textRun(text object) object {
	text["type"] = "TextRun"
	return object{"type": "RichTextBlock", "inlines": []object{text}}
}

// renderChat returns the text of a notice for a chat, where no workbook can be attached.
func renderChat(n *Notice) *rendered {
	book := noAttachment
	if n.Rejected != "" {
		book = onDisk
	}
	t := render(n, book)
	t.addNotes(&n.Import, report.Brief)
	return t
}

// paragraphs returns what a chat shows below the subject. Texts are shorter than in a mail: Teams accepts 28 KB.
func (t *rendered) paragraphs() []string {
	var all []string
	add := func(lines []string) {
		if lines = slices.DeleteFunc(lines, func(s string) bool { return s == "" }); len(lines) > 0 {
			all = append(all, strings.Join(lines, "\n"))
		}
	}
	lead := t.Lead
	if len(t.Rows) > 0 {
		lead = lead[1:] // it is in the subject and the counts
	}
	add(append(slices.Clone(lead), truncateEach(t.Reason, 500)...))
	var rows, remarks, steps []string
	for _, row := range t.Rows {
		rows = append(rows, row.text(t.Kinds))
	}
	if t.Total != "" {
		rows = append(rows, t.Total)
	}
	add(rows)
	for _, p := range t.Problems {
		remarks = append(remarks, p.Where+": "+sanitize.Truncate(p.What, 200))
	}
	if t.And != "" {
		remarks = append(remarks, t.And)
	}
	add(remarks)
	for _, u := range t.Unread {
		all := append([]string{u.Text}, u.Items...)
		if u.And != "" {
			all = append(all, u.And)
		}
		add(append(all, u.Do))
	}
	for _, s := range t.Steps {
		steps = append(steps, strings.TrimSpace(s.Text+" "+s.Command))
	}
	add(append(steps, t.Foot))
	return all
}

// text returns the row as a line: "Skapade: 12 (Företag), 30 (Kontakter)".
func (o countRow) text(kinds []string) string {
	var all []string
	for i, n := range o.Of {
		if n > 0 {
			all = append(all, strconv.Itoa(n)+" ("+kinds[i]+")")
		}
	}
	return o.Word + ": " + strings.Join(all, ", ")
}

func truncateEach(lines []string, n int) []string {
	var all []string
	for _, line := range lines[:min(10, len(lines))] {
		all = append(all, sanitize.Truncate(line, n))
	}
	return all
}
