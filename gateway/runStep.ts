import { runEntityFetch } from './runEntityFetch.ts';
import { runRootFetch } from './runRootFetch.ts';
import type { Run } from './run.ts';
import type { Step } from './steps.ts';

/** Runs a plan. What fails is noted in the run; nothing is thrown, so that the rest of the answer still comes. */
export async function runStep<Context>(step: Step, run: Run<Context>): Promise<void> {
  switch (step.kind) {
    case 'sequence':
      for (const child of step.steps) await runStep(child, run);
      return;
    case 'parallel':
      await Promise.all(step.steps.map((child) => runStep(child, run)));
      return;
    case 'condition': {
      const chosen = run.variables[step.variable] === true ? step.whenTrue : step.whenFalse;
      if (chosen !== undefined) await runStep(chosen, run);
      return;
    }
    case 'root':
      return runRootFetch(step, run);
    case 'entities':
      return runEntityFetch(step, run);
  }
}
