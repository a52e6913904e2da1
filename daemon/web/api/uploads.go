package api

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"inlet.example/inlet/daemon/uploads"
	"inlet.example/inlet/daemon/uploads/planfile"
	"inlet.example/inlet/daemon/web/access"
	"inlet.example/inlet/daemon/web/incoming"
	"inlet.example/inlet/daemon/web/preview"
	"inlet.example/inlet/daemon/web/upload"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
)

// Arrivals takes the workbooks that programs send.
type Arrivals interface {
	Inboxes() []upload.Inbox // that take uploads

	// Submit keeps a workbook with its mapping, nil for none. One that was sent before with the same key is returned as it is.
	Submit(ctx context.Context, u uploads.Upload, mapping []byte, content io.Reader) (uploads.Upload, error)
	Check(ctx context.Context, u uploads.Upload, lang string) (uploads.Checks, error)
	Find(id string) (uploads.Upload, error)
	Plan(ctx context.Context, u uploads.Upload, lang string) (preview.Plan, error)
	// Import moves an upload into its inbox if its plan is still the one that was seen. moved is false while that is looked at.
	Import(ctx context.Context, by string, u uploads.Upload, seen preview.Plan, lang string) (moved bool, err error)
	ImportOf(ctx context.Context, u uploads.Upload) (id string, err error)
	Discard(ctx context.Context, by string, u uploads.Upload) error
}

// Upload is a workbook that was sent.
type Upload struct {
	ID       string  `json:"id"`
	Inbox    string  `json:"inbox"`
	Workbook string  `json:"workbook" doc:"the name of the file, as it is kept"`
	SHA256   string  `json:"sha256"`
	Bytes    int64   `json:"bytes"`
	State    string  `json:"state" enum:"waiting,handed,begun" doc:"waiting: until it is imported with /import; handed: it is in its inbox; begun: its import has begun"`
	Checks   *Checks `json:"checks,omitempty" doc:"how the mapping fits the headings"`
	Import   *Import `json:"import,omitempty" doc:"of it, as soon as it has begun"`
}

// Checks are what is known of a workbook with its mapping before its rows are read.
type Checks struct {
	Columns []Column `json:"columns" doc:"those that lead to a field"`
	Unknown []string `json:"unknown,omitempty" doc:"headings that lead nowhere"`
	Problem string   `json:"problem,omitempty" doc:"why it would not be imported as it is"`
}

// Column is a column of a workbook with the field that it leads to.
type Column struct {
	Sheet   string `json:"sheet,omitempty"`
	Letter  string `json:"letter"`
	Heading string `json:"heading"`
	Field   string `json:"field"`
	Match   bool   `json:"match,omitempty" doc:"the rows are matched on it"`
}

// UploadPlan is what the import of an upload would do.
type UploadPlan struct {
	Ready  bool           `json:"ready" doc:"false while it is made: ask again"`
	Done   int            `json:"done,omitempty" doc:"rows, while it is made"`
	Total  int            `json:"total,omitempty"`
	Digest string         `json:"digest,omitempty" doc:"to be sent with the import, which is not begun if its plan is another by then"`
	State  string         `json:"state,omitempty" doc:"planned, or as the import would end at once, for example refused or duplicate"`
	Why    string         `json:"why,omitempty" doc:"why it would be refused or held"`
	Rows   int            `json:"rows,omitempty"`
	Counts map[string]int `json:"counts,omitempty" doc:"rows by outcome"`
}

// OneUpload names an upload.
type OneUpload struct {
	Reader
	ID string `path:"id"`
}

type seenUpload struct {
	OneUpload
	Body Seen
}

// sendInput is a workbook that is being sent. Its body is read as it comes.
type sendInput struct {
	Reader
	Name string `path:"name"`
	Wait bool   `query:"wait" doc:"keep it until it is imported with /uploads/{id}/import, so that its plan can be looked at"`
	Key  string `header:"Idempotency-Key" maxLength:"100" doc:"a text of your own, the same if the same is sent again because no answer came"`

	request *http.Request
	writer  http.ResponseWriter
}

// Resolve keeps the request of the operation.
func (in *sendInput) Resolve(ctx huma.Context) []error {
	in.request, in.writer = humago.Unwrap(ctx)
	return nil
}

// sending is the operations about workbooks that are sent.
type sending struct{ *API }

func (s *sending) handle(api huma.API) {
	send := operation(access.Operator, access.Upload, http.MethodPost, "/inboxes/{name}/uploads", "Send a workbook, with its mapping if it has one")
	send.DefaultStatus, send.Errors = http.StatusAccepted, append(send.Errors, 400, 408, 413, 422, 507)
	huma.Register(api, send, s.send)
	binary := &huma.Schema{Type: "string", Format: "binary"}
	// Described afterwards: a body that huma knows of it would read itself.
	api.OpenAPI().Paths[send.Path].Post.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{Type: "object", Required: []string{"workbook"},
		Description: "The mapping comes first.", Properties: map[string]*huma.Schema{"mapping": binary, "workbook": binary}}}}}
	huma.Register(api, operation(access.Operator, access.Upload, http.MethodGet, "/uploads/{id}", "Get a workbook that was sent, with its import"), func(ctx context.Context, in *OneUpload) (*body[Upload], error) {
		u, err := s.upload(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return s.describe(ctx, u, in.lang())
	})
	huma.Register(api, operation(access.Operator, access.Upload, http.MethodGet, "/uploads/{id}/plan", "Plan the import of a workbook that was sent"), s.plan)
	begin := operation(access.Operator, access.Upload, http.MethodPost, "/uploads/{id}/import", "Import a workbook that was sent, as its plan was seen")
	begin.DefaultStatus = http.StatusAccepted
	huma.Register(api, begin, s.begin)
	huma.Register(api, operation(access.Operator, access.Upload, http.MethodDelete, "/uploads/{id}", "Remove a workbook that was sent and is not imported"), func(ctx context.Context, in *OneUpload) (*struct{}, error) {
		u, err := s.upload(ctx, in.ID)
		if err == nil {
			err = s.Arrivals.Discard(ctx, access.Of(ctx).Name, u)
		}
		return nil, s.refused(err, in.lang())
	})
}

// storeOf returns the store that an inbox imports into, and whether the request may send something there.
func (s *sending) storeOf(ctx context.Context, inbox string) (string, bool) {
	all := s.Arrivals.Inboxes()
	i := slices.IndexFunc(all, func(in upload.Inbox) bool { return in.Name == inbox })
	if i < 0 || !mayInbox(ctx, inbox) {
		return "", false
	}
	token := access.Of(ctx).Token
	return all[i].Store, token == nil || token.Store == all[i].Store
}

// upload returns an upload of whoever asks. Those of others do not exist, except for an administrator.
func (s *sending) upload(ctx context.Context, id string) (uploads.Upload, error) {
	who := access.Of(ctx)
	u, err := s.Arrivals.Find(id)
	if err == nil {
		if _, may := s.storeOf(ctx, u.Inbox); !may || u.Owner != who.Name && !who.May(access.Admin) {
			err = uploads.ErrNone
		}
	}
	if errors.Is(err, uploads.ErrNone) {
		return u, huma.Error404NotFound("there is no such upload")
	}
	return u, failed(err, "en")
}

func (s *sending) describe(ctx context.Context, u uploads.Upload, lang string) (*body[Upload], error) {
	out := Upload{ID: u.ID, Inbox: u.Inbox, Workbook: u.Name, SHA256: u.Sum, Bytes: u.Size, State: "waiting"}
	if u.State == uploads.Handing || u.State == uploads.Handed {
		out.State = "handed"
		id, err := s.Arrivals.ImportOf(ctx, u)
		if err != nil || id == "" {
			return answer(out), failed(err, lang)
		}
		store, _ := s.storeOf(ctx, u.Inbox)
		of, imp, err := s.one(ctx, Of{Store: store}, id)
		if err != nil {
			return nil, err
		}
		now := importOf(&imp, of.Status.Plan(&imp))
		out.State, out.Import = "begun", &now
		return answer(out), nil
	}
	c, err := s.Arrivals.Check(ctx, u, lang)
	if err != nil {
		return nil, failed(err, lang)
	}
	out.Checks = checksOf(&c)
	return answer(out), nil
}

func checksOf(c *uploads.Checks) *Checks {
	out := &Checks{Columns: []Column{}, Problem: message.PlainLines(c.Problem)}
	for _, b := range c.Columns {
		out.Columns = append(out.Columns, Column{message.Plain(b.Sheet), b.Letter, message.Plain(b.Heading), b.Field, b.Matched})
	}
	for _, heading := range c.Unknown {
		out.Unknown = append(out.Unknown, message.Plain(heading))
	}
	return out
}

// send keeps a workbook that is sent, and imports it unless it is to wait.
func (s *sending) send(ctx context.Context, in *sendInput) (*body[Upload], error) {
	if _, may := s.storeOf(ctx, in.Name); !may {
		return nil, huma.Error404NotFound("there is no such inbox, or it takes no uploads")
	}
	content, leave, ok := s.Gate.Enter(in.writer, in.request)
	if !ok {
		in.writer.Header().Set("Retry-After", "10")
		return nil, huma.Error503ServiceUnavailable("several files are being sent right now")
	}
	defer leave()
	defer incoming.Drain(content)
	in.request.Body = content
	parts, err := in.request.MultipartReader()
	if err != nil {
		return nil, huma.Error400BadRequest("send multipart/form-data with a part workbook")
	}
	who := access.Of(ctx).Name
	u, err := s.keep(ctx, uploads.Upload{Inbox: in.Name, Owner: who, Key: in.Key}, parts)
	if err != nil {
		return nil, s.refused(err, in.lang())
	}
	checks, err := s.Arrivals.Check(ctx, u, in.lang())
	if err != nil {
		return nil, failed(err, in.lang())
	}
	if !in.Wait && u.State != uploads.Handed {
		if _, err := s.Arrivals.Import(ctx, who, u, preview.Plan{}, in.lang()); err != nil && !errors.Is(err, uploads.ErrMoved) {
			return nil, s.refused(err, in.lang())
		}
		if u, err = s.Arrivals.Find(u.ID); err != nil {
			return nil, failed(err, in.lang())
		}
	}
	out, err := s.describe(ctx, u, in.lang())
	if err == nil && len(checks.Columns)+len(checks.Unknown)+len(checks.Problem) > 0 {
		out.Body.Checks = checksOf(&checks)
	}
	return out, err
}

// errParts says that a body has other parts than it may have.
var errParts = errors.New("send the parts mapping (if there is one) and workbook, in this order, and no others")

// mostMapping bounds the bytes of a mapping: more than a sidecar may have.
const mostMapping = 257 << 10

// keep keeps the workbook of a body. Nothing is kept of one that is not whole.
func (s *sending) keep(ctx context.Context, u uploads.Upload, parts *multipart.Reader) (uploads.Upload, error) {
	var mapping []byte
	part, err := parts.NextRawPart()
	if err == nil && part.FormName() == "mapping" {
		if mapping, err = io.ReadAll(io.LimitReader(incoming.Part(part), mostMapping)); err != nil {
			return u, err
		}
		part, err = parts.NextRawPart()
	}
	switch {
	case err != nil && !errors.Is(err, io.EOF) && incoming.Stalled(err) != nil:
		return u, uploads.ErrStalled
	case err != nil || part.FormName() != "workbook":
		return u, errParts
	}
	u.Name = part.FileName()
	got, err := s.Arrivals.Submit(ctx, u, mapping, incoming.Part(part))
	if err != nil {
		return got, err
	}
	if _, err = parts.NextRawPart(); !errors.Is(err, io.EOF) && got.State != uploads.Handing && got.State != uploads.Handed {
		why := errParts
		if err != nil && incoming.Stalled(err) != nil {
			why = uploads.ErrStalled
		}
		return got, errors.Join(why, s.Arrivals.Discard(ctx, u.Owner, got))
	}
	return got, nil
}

// refused turns an error of an upload into an answer.
func (s *sending) refused(err error, lang string) error {
	if refusal, ok := errors.AsType[*ledger.Refusal](err); ok {
		return huma.Error422UnprocessableEntity(report.Refused(refusal, lang))
	}
	for _, known := range []struct {
		is   error
		code int
	}{
		{errParts, http.StatusBadRequest}, {uploads.ErrName, http.StatusBadRequest}, {uploads.ErrEmpty, http.StatusUnprocessableEntity}, {uploads.ErrNoRows, http.StatusUnprocessableEntity},
		{uploads.ErrTooLarge, http.StatusRequestEntityTooLarge}, {uploads.ErrFull, http.StatusInsufficientStorage}, {uploads.ErrNoRoom, http.StatusInsufficientStorage},
		{uploads.ErrStalled, http.StatusRequestTimeout}, {uploads.ErrInbox, http.StatusNotFound}, {uploads.ErrMoved, http.StatusConflict}, {uploads.ErrField, http.StatusForbidden}, {uploads.ErrComing, http.StatusConflict},
	} {
		if errors.Is(err, known.is) {
			return huma.NewError(known.code, known.is.Error())
		}
	}
	return failed(err, lang)
}

func (s *sending) plan(ctx context.Context, in *OneUpload) (*body[UploadPlan], error) {
	u, err := s.upload(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if u.State != uploads.Mapped {
		return nil, huma.Error409Conflict(uploads.ErrMoved.Error())
	}
	plan, err := s.Arrivals.Plan(ctx, u, in.lang())
	if err != nil {
		return nil, s.refused(err, in.lang())
	}
	if !plan.Ready {
		return answer(UploadPlan{Done: plan.Done, Total: plan.Total}), nil
	}
	sum := &plan.Summary
	out := UploadPlan{Ready: true, Digest: sum.Digest, State: string(sum.Import.State), Why: message.PlainLines(sum.Import.Why), Rows: sum.Rows, Counts: map[string]int{}}
	for _, list := range planfile.Lists {
		out.Counts[string(list)] = sum.Counts[list]
	}
	return answer(out), nil
}

func (s *sending) begin(ctx context.Context, in *seenUpload) (*body[Upload], error) {
	u, err := s.upload(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if u.State == uploads.Mapped {
		plan, err := s.Arrivals.Plan(ctx, u, in.lang())
		if err != nil {
			return nil, s.refused(err, in.lang())
		}
		if !plan.Ready || plan.Summary.Digest != in.Body.Digest || plan.Summary.Import.State != ledger.Planned {
			return nil, huma.Error409Conflict("the plan has changed since it was seen, or the file would not be imported")
		}
		if _, err := s.Arrivals.Import(ctx, access.Of(ctx).Name, u, plan, in.lang()); err != nil && !errors.Is(err, uploads.ErrMoved) {
			return nil, s.refused(err, in.lang())
		}
		if u, err = s.Arrivals.Find(u.ID); err != nil {
			return nil, failed(err, in.lang())
		}
	}
	return s.describe(ctx, u, in.lang())
}
