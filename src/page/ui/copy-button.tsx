import { useState } from 'preact/hooks';
import { Button } from './button.tsx';

const SHOWN_MS = 1500;

export function CopyButton({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await copyText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_MS);
  };
  return (
    <Button
      kind="quiet"
      icon={copied ? 'done' : 'copy'}
      only={label}
      aria-label={copied ? 'Copied' : label}
      onClick={() => void copy()}
    />
  );
}

/** The clipboard API is there on secure origins only; a service in the local network is none. */
async function copyText(text: string): Promise<void> {
  if (window.isSecureContext) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'unseen';
  (document.querySelector('dialog[open]') ?? document.body).append(area);
  area.select();
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way on an insecure origin
  document.execCommand('copy');
  area.remove();
}
