import { Logger } from '@nestjs/common';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';

type ExportCallback = Parameters<OTLPTraceExporter['export']>[1];

/** Reports once that sending fails, and once that it works again: a collector may be unavailable for hours. */
class ExportReport {
  private readonly logger = new Logger('OpenTelemetry');
  private failing = false;

  constructor(private readonly what: string) {}

  around(callback: ExportCallback): ExportCallback {
    return (result) => {
      this.note(result.error);
      callback(result);
    };
  }

  private note(error: (Error & { readonly code?: unknown }) | undefined): void {
    if (error && !this.failing)
      this.logger.warn({
        message: `Cannot send ${this.what} to the OTLP collector; chats continue without`,
        reason: error.code ?? error.message,
      });
    else if (!error && this.failing) this.logger.log(`The OTLP collector accepts ${this.what} again`);
    this.failing = error !== undefined;
  }
}

export class ReportedTraceExporter extends OTLPTraceExporter {
  private readonly report = new ExportReport('traces');

  override export(...[spans, callback]: Parameters<OTLPTraceExporter['export']>): void {
    super.export(spans, this.report.around(callback));
  }
}

export class ReportedMetricExporter extends OTLPMetricExporter {
  private readonly report = new ExportReport('metrics');

  override export(...[metrics, callback]: Parameters<OTLPMetricExporter['export']>): void {
    super.export(metrics, this.report.around(callback));
  }
}
