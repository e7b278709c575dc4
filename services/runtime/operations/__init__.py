"""Long work in the background, shown to clients as `google.longrunning.Operation`; the queue is procrastinate's."""
