import { Command } from 'commander';
import { z } from 'zod';
import { notFound } from '../../kernel/fault.ts';
import { actWithClient } from '../cli.ts';
import type { Operation } from '../client.ts';

export const auditCheckpointCommand = (): Command =>
  new Command('checkpoint')
    .description('Show what the log claims to be now, signed: keep it where nobody of this server can change it')
    .action((_options: object, command: Command) =>
      actWithClient(command, async (client, { terminal, show }) => {
        const { auditCheckpoint } = await client.ask(CHECKPOINT);
        if (auditCheckpoint === null) throw notFound('A checkpoint');
        const { note, witnesses, waiting, verifierKey } = auditCheckpoint;
        // The newest line end is the terminal's to write.
        show(auditCheckpoint, () => note.slice(0, -1));
        terminal.say(
          `Signed by ${verifierKey}${witnesses.length === 0 ? '' : `, cosigned by ${witnesses.join(', ')}`}. ${waiting} events wait to be put into it.`,
        );
      }),
    );

const answer = z.object({
  auditCheckpoint: z
    .object({
      origin: z.string(),
      epoch: z.number(),
      size: z.union([z.number(), z.string()]),
      root: z.string(),
      note: z.string(),
      verifierKey: z.string(),
      witnesses: z.array(z.string()),
      precededBy: z.string().nullable(),
      recordedAt: z.string(),
      waiting: z.number(),
    })
    .nullable(),
});

const CHECKPOINT: Operation<z.infer<typeof answer>> = {
  source:
    'query CliCheckpoint { auditCheckpoint { origin epoch size root note verifierKey witnesses precededBy recordedAt waiting } }',
  answer,
};
