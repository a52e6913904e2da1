package ledger

// Step is a part of an import whose duration is measured; also a metric's label.
type Step string

// The steps.
const (
	StepCheck   Step = "check"
	StepIndex   Step = "index"
	StepRead    Step = "read"
	StepMatch   Step = "match"
	StepWrite   Step = "write"
	StepArchive Step = "archive"
)

// Steps are all steps in their order.
var Steps = []Step{StepCheck, StepIndex, StepRead, StepMatch, StepWrite, StepArchive}
