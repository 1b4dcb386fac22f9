import type { Principal } from '../../kernel/identity/principal.ts';
import type { Payload } from './governing.ts';
import type { Tracking } from './tracking.ts';

/** A file as clients write it beside a model. */
export const MLMODEL = `flavors: {python_function: {}}
signature:
  inputs: '[{"type": "double", "name": "age"}]'
  outputs: '[{"type": "double", "name": "risk"}]'
`;

/** What tests of models begin with. */
export function trainedRuns(open: () => Tracking) {
  let counter = 0;
  const call = (place: string, args?: object, caller?: Principal): Promise<Payload> => open().call(place, args, caller);
  const start = async (args: object = {}): Promise<Payload> => (await call('POST /runs/create', args)).run.info;
  const put = async (info: Payload, path: string, text: string): Promise<void> => {
    const { status } = await open().bytes('PUT', `${info.artifact_uri.replace('mlflow-artifacts:/', '')}/${path}`, text);
    if (status !== 200) throw new Error(`${path} was answered with ${status}`);
  };
  return {
    call,
    start,
    put,
    /** A new model; its name. */
    fresh: async (): Promise<string> => {
      const name = `model ${++counter}`;
      await call('POST /registered-models/create', { name });
      return name;
    },
    /** A version as it is stored. */
    row: async (name: string, number: number): Promise<Payload> => {
      const [found] = await open().db.query(
        'select v.* from registry.model_version v join registry.model m on m.no = v.model_no where m.name = $1 and v.number = $2',
        [name, number],
      );
      return found;
    },
    /** A run that wrote a model, as a client leaves it. */
    trained: async (): Promise<Payload> => {
      const info = await start({ tags: [{ key: 'mlflow.source.git.commit', value: 'abc123' }] });
      await call('POST /runs/log-batch', {
        run_id: info.run_id,
        metrics: [
          { key: 'auc', value: 0.8, timestamp: 1, step: 0 },
          { key: 'auc', value: 0.9, timestamp: 2, step: 1 },
          { key: 'val/loss', value: 0.1, timestamp: 1 },
          { key: 'bad', value: 'NaN', timestamp: 1 },
        ],
        params: [{ key: 'depth', value: '6' }],
      });
      const dataset = { name: 'policies', digest: 'd1', source_type: 'local', source: '{}' };
      await call('POST /runs/log-inputs', {
        run_id: info.run_id,
        datasets: [{ tags: [{ key: 'mlflow.data.context', value: 'test' }], dataset }],
      });
      await put(info, 'model/MLmodel', MLMODEL);
      await put(info, 'model/data/model.pkl', '\u0080pickled');
      await put(info, 'notes.txt', 'not of the model');
      return info;
    },
  };
}
