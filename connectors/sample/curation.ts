import type { SampleAct } from './curationActs.ts';
import { acts } from './curationActs.ts';

export interface SampleTeam {
  readonly id: string;
  readonly name: string;
  readonly purpose: string;
}

export interface SamplePerson {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly title: string;
  readonly teams: readonly string[];
  /** First stage at which the person works there. */
  readonly from: number;
}

export interface SampleTag {
  readonly id: string;
  readonly description: string;
}

/** What people at Fern & Fable said about their data: to be applied through the API, each act at its stage, in this order. */
export interface SampleCuration {
  readonly teams: readonly SampleTeam[];
  readonly people: readonly SamplePerson[];
  readonly tags: readonly SampleTag[];
  readonly acts: readonly SampleAct[];
}

export const sampleCuration: SampleCuration = {
  teams: [
    { id: 'shop', name: 'Shop', purpose: 'Runs the shop and owns what it records.' },
    { id: 'finance', name: 'Finance', purpose: 'Owns turnover, payments and refunds.' },
    { id: 'care', name: 'Customer Care', purpose: 'Answers people and owns the help desk.' },
    { id: 'growth', name: 'Growth', purpose: 'Marketing, measurement and consent.' },
    { id: 'data', name: 'Data Platform', purpose: 'Builds staging and mart, and keeps the warehouse running.' },
    { id: 'ml', name: 'Machine Learning', purpose: 'Builds and watches models.' },
    { id: 'privacy', name: 'Privacy Office', purpose: 'Says what is personal and who may see it.' },
  ],
  people: [
    { id: 'mara', name: 'Mara Quist', email: 'mara.quist@example.com', title: 'Head of Data', teams: ['data'], from: 0 },
    {
      id: 'tobias',
      name: 'Tobias Renn',
      email: 'tobias.renn@example.com',
      title: 'Analytics Engineer',
      teams: ['data'],
      from: 0,
    },
    {
      id: 'sunniva',
      name: 'Sunniva Aas',
      email: 'sunniva.aas@example.com',
      title: 'Data Protection Officer',
      teams: ['privacy'],
      from: 0,
    },
    { id: 'okello', name: 'Okello Were', email: 'okello.were@example.com', title: 'Controller', teams: ['finance'], from: 0 },
    { id: 'lucie', name: 'Lucie Hradil', email: 'lucie.hradil@example.com', title: 'Shop Manager', teams: ['shop'], from: 0 },
    { id: 'anselm', name: 'Anselm Prior', email: 'anselm.prior@example.com', title: 'Data Scientist', teams: ['ml'], from: 1 },
    {
      id: 'imke',
      name: 'Imke Dorn',
      email: 'imke.dorn@example.com',
      title: 'Model Risk Reviewer',
      teams: ['ml', 'privacy'],
      from: 1,
    },
    { id: 'rafael', name: 'Rafael Teixo', email: 'rafael.teixo@example.com', title: 'Care Lead', teams: ['care'], from: 2 },
    { id: 'yuna', name: 'Yuna Halloway', email: 'yuna.halloway@example.com', title: 'Growth Lead', teams: ['growth'], from: 1 },
  ],
  tags: [
    { id: 'pii', description: 'Says something about a person who can be found by it.' },
    { id: 'pii-sensitive', description: 'Personal, and harmful when it leaks: bank accounts, salaries, free text.' },
    { id: 'finance', description: 'Goes into the books; a change needs the controller.' },
    { id: 'certified', description: 'Checked and kept right by its owner; use this one.' },
    { id: 'deprecated', description: 'Will go away; do not build on it.' },
    { id: 'model-input', description: 'A model in production reads it.' },
  ],
  acts,
};
