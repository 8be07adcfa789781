import { useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { asFailure } from '../api/failure.ts';
import { Menu } from '../ui/menu.tsx';
import { withParameters } from './log-filter.ts';

const FORMATS = [
  ['csv', 'CSV', 'for spreadsheets'],
  ['raw', 'Raw CSV', 'byte for byte'],
  ['jsonl', 'JSON lines', 'one object a line'],
  ['parquet', 'Parquet', 'for analysis'],
] as const;

export function ExportMenu({ filter }: { filter: string }) {
  const [state, setState] = useState('');
  const run = async (format: string) => {
    setState('Exporting …');
    try {
      await download(`logs/export${withParameters(filter, { format })}`);
      setState('');
    } catch (error) {
      setState(`Not exported: ${asFailure(error).message}`);
    }
  };
  return (
    <>
      <span class="muted small" role="status">
        {state}
      </span>
      <Menu name="Export" icon="download" label={<span class="label">Export</span>}>
        {FORMATS.map(([format, name, use]) => (
          <button type="button" key={format} onClick={() => void run(format)}>
            {name}
            <span class="muted">{use}</span>
          </button>
        ))}
      </Menu>
    </>
  );
}

/** A link could not carry the key, nor say in words why there is no file. */
async function download(path: string): Promise<void> {
  const response = await send(path, { accept: '*/*' });
  const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1];
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await response.blob());
  link.download = name ?? 'chat_logs';
  link.click();
  // The browser has to begin before the address goes.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
