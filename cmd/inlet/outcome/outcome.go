package outcome

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
)

// EachChange calls each with every change of an import, in the order of its rows.
func EachChange(ctx context.Context, parts *assembly.Parts, imp string, each func(*ledger.Change) error) error {
	for changes, err := range parts.Store.Journal.Changes(ctx, imp) {
		if err != nil {
			return err
		}
		for i := range changes {
			if err := each(&changes[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// EachProblem calls each with every problem of an import, in the order of its rows.
func EachProblem(ctx context.Context, parts *assembly.Parts, imp string, each func(*ledger.Problem) error) error {
	return EachChange(ctx, parts, imp, func(c *ledger.Change) error {
		for i := range c.Problems {
			p := &c.Problems[i]
			if p.Row == 0 {
				p.Ref = c.Ref
			}
			if err := each(p); err != nil {
				return err
			}
		}
		return nil
	})
}

// JSON prints the problems of an import, and then the import, each on a line.
func JSON(ctx context.Context, cmd *cobra.Command, parts *assembly.Parts, imp *ledger.Import) error {
	out := cmd.OutOrStdout()
	err := EachProblem(ctx, parts, imp.ID, func(p *ledger.Problem) error { return report.ProblemJSON(out, p, parts.Language) })
	return errors.Join(err, report.JSON(out, imp))
}

const maxProblems = 10 // on the screen; `show` has all

// Text prints the counts of an import, and its first problems.
func Text(ctx context.Context, cmd *cobra.Command, parts *assembly.Parts, imp *ledger.Import) error {
	out := terminal.Fold(cmd.OutOrStdout())
	if err := report.Text(out, imp, parts.Language); err != nil {
		return err
	}
	told := 0
	err := EachProblem(ctx, parts, imp.ID, func(p *ledger.Problem) error {
		if told == maxProblems {
			return errEnough // the rest is counted already, so the journal of a large import need not be read to its end
		}
		told++
		return report.Problem(out, p, parts.Language, terminal.Colours(cmd.OutOrStdout()))
	})
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	if more := imp.Tally.AllProblems() - told; more > 0 {
		fmt.Fprintf(out, message.Word(parts.Language, "  … and %d more: inlet show %s\n"), more, imp.ID)
	}
	return nil
}

// errEnough ends a loop over problems when enough are printed.
var errEnough = errors.New("enough")

// ChangesFunc takes the changes of one batch.
type ChangesFunc = func([]ledger.Change) error

// Plan prints what a plan finds: as text the summary and then the changes, as JSON the changes and then the summary.
func Plan(screen io.Writer, parts *assembly.Parts, asJSON bool, plan func(ChangesFunc) (report.Report, error)) (report.Report, error) {
	out, changes := bufio.NewWriter(screen), &terminal.Spool{}
	defer changes.Close()
	text := report.NewPlanText(terminal.FoldAs(changes, screen), parts.Schema, parts.Language, terminal.Colours(screen))
	each := text.Changes
	if asJSON {
		each = func(all []ledger.Change) error { return report.PlanJSON(out, all, parts.Language) }
	}
	rep, err := plan(each)
	switch imp := &rep.Import; {
	case err != nil:
	case asJSON:
		err = report.JSON(out, imp)
	case imp.State != ledger.Planned:
		err = report.Text(terminal.FoldAs(out, screen), imp, parts.Language)
	default:
		err = text.Summary(terminal.FoldAs(out, screen), imp)
		if terminal.Is(screen) && !changes.Empty() {
			legend := message.Word(parts.Language, "+ created  - removed  ~ changed (old → new)  = unchanged  . skipped  ! rejected, parked or kept")
			fmt.Fprintln(terminal.FoldAs(out, screen), terminal.Faint.PaintFor(screen, legend))
		}
	}
	if err == nil && !changes.Empty() {
		fmt.Fprintln(out)
		_, err = changes.WriteTo(out)
	}
	return rep, errors.Join(err, out.Flush())
}
