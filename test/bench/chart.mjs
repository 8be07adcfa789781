export function chart() {
  return '';
}
