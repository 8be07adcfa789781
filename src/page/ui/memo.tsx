import { Component, type ComponentType, type RenderableProps } from 'preact';

/** Renders again only if a property is another one. */
export function memo<P extends object>(Inner: ComponentType<P>): ComponentType<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const before: Record<string, unknown> = { ...this.props };
      return Object.entries(next).some(([name, value]) => before[name] !== value);
    }

    override render(props: RenderableProps<P>) {
      return <Inner {...props} />;
    }
  };
}
