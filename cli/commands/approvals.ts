import { Command } from 'commander';
import { ask, decision, end, resolve } from '../approvals/act.ts';
import { delegate, delegations, undelegate } from '../approvals/delegations.ts';
import { attach } from '../approvals/evidence.ts';
import { policies } from '../approvals/policies.ts';
import { list, showRequest } from '../approvals/show.ts';

export const approvalsCommand = (): Command =>
  new Command('approvals')
    .description('Ask whether something may happen, decide about it, and say what must hold')
    .addCommand(list())
    .addCommand(showRequest())
    .addCommand(ask())
    .addCommand(attach())
    .addCommand(decision('approve', 'Say that it may happen'))
    .addCommand(decision('reject', 'Say that it may not: the request is over'))
    .addCommand(decision('challenge', 'Ask for something to be cleared up first: nothing is approved before it is resolved'))
    .addCommand(decision('abstain', 'Say nothing in this round'))
    .addCommand(resolve())
    .addCommand(end('withdraw', 'Take a request of yours back'))
    .addCommand(end('revoke', 'Take an approval back, in use or not'))
    .addCommand(delegate())
    .addCommand(undelegate())
    .addCommand(delegations())
    .addCommand(policies());
