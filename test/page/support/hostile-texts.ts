/** What runs, loads or leads away where a text is taken for markup. @param canary address that nobody may ask */
export const hostileTexts = (canary: string): string[] => [
  `<img src=x onerror="alert(1)"> <img src="${canary}/img">`,
  `<script>alert(1)</script></script><script src="${canary}/script"></script>`,
  `[a link](javascript:alert(1)) [another](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==) [third](vbscript:x)`,
  `[click](JaVaScRiPt:alert(1)) <javascript:alert(1)> [e](&#106;avascript:alert(1)) [t](java\tscript:alert(1))`,
  `![pixel](${canary}/?q=secret) ![](${canary}/empty)\n\n[![nested](${canary}/nested)](${canary}/go)`,
  `<svg onload=alert(1)><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>`,
  `<iframe src="${canary}/frame"></iframe><object data="${canary}/object"></object><link rel=stylesheet href="${canary}/css">`,
  `<style>@import url(${canary}/import); body { background: url(${canary}/bg) }</style><base href="${canary}/">`,
  `<form action="${canary}/form"><button>Send</button></form><meta http-equiv="refresh" content="0;url=${canary}/meta">`,
  `\`\`\`"><img src=x onerror=alert(1)>\ncode </code></pre><script>alert(1)</script>\n\`\`\``,
  `| <img src=x onerror=alert(1)> | b |\n|---|---|\n| ![](${canary}/cell) | <b>x</b> |`,
  `[ref]\n\n[ref]: javascript:alert(1) "onmouseover=alert(1)"`,
];
